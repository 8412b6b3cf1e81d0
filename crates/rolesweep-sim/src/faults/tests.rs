//! Tests each fault as a client sees it, over a separate connection.

use std::io;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::client::{Client, Received};
use super::*;
use crate::counts::Tally;
use crate::dispatch::Service;
use crate::server::{ServeOptions, serve};
use crate::testing::{now, spec};
use crate::world::{GeneratedSpec, RoleSpec, World};

const ACCOUNT: &str = "333333333333";

/// Only these faults, as often as given, without a limit in a row.
fn profile(seed: u64, chances: Chances) -> Profile {
    let faults =
        Faults { chances, most_in_a_row: u32::MAX, hang: Duration::from_secs(1), ..Faults::hostile(seed) };
    Profile { faults: Some(faults), ..Profile::instant() }
}

/// Serves an account of seven roles with these faults, and runs `call`.
async fn with<T: Send + 'static>(
    profile: Profile,
    call: impl FnOnce(Client) -> T + Send + 'static,
) -> (T, Simulator) {
    let mut spec = spec();
    spec.audited(ACCOUNT, "app");
    for number in 0..6 {
        let role = RoleSpec::new(format!("role-{number}"), now());
        spec.accounts.last_mut().unwrap().role(role);
    }
    let options = ServeOptions { profile, ..ServeOptions::default() };
    let simulator = serve(spec.build().unwrap(), options).await.unwrap();
    let client = Client { address: simulator.address, who: simulator.caller(), timeout: None };
    let result = tokio::task::spawn_blocking(move || call(client)).await.unwrap();
    (result, simulator)
}

/// The answers to a call of each protocol, for some seeds.
async fn answers(chances: Chances) -> Vec<(Received, Received, Tally)> {
    let mut answers = Vec::new();
    for seed in 0..6 {
        let ((query, json), simulator) = with(profile(seed, chances), |client| {
            let query = client.query(Service::Sts, "Action=GetCallerIdentity");
            (query, client.organizations("ListAccounts"))
        })
        .await;
        answers.push((query, json, simulator.counts().total()));
    }
    answers
}

const FAULTED: Tally = Tally { ok: 0, refused: 0, throttled: 0, faulted: 2, abandoned: 0 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn throttles_come_although_there_are_tokens() {
    for (query, json, tally) in answers(Chances { throttle: 1000, ..Chances::NONE }).await {
        assert_eq!((query.status(), query.element("Code").as_deref()), (400, Some("Throttling")));
        assert_eq!(query.element("Message").as_deref(), Some("Rate exceeded"));
        assert_eq!(json.status(), 400);
        assert!(json.text().contains(r#""__type":"TooManyRequestsException""#), "{}", json.text());
        assert_eq!(tally, Tally { throttled: 2, ..Tally::default() });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_fail_in_aws_words_and_in_a_proxys() {
    for (query, json, tally) in answers(Chances { internal: 1000, ..Chances::NONE }).await {
        assert_eq!((query.status(), json.status(), tally), (500, 500, FAULTED));
        let code = query.element("Code").unwrap();
        assert!(["ServiceFailure", "InternalFailure"].contains(&code.as_str()), "{code}");
        assert!(["ServiceException", "InternalFailure"].iter().any(|code| json.text().contains(code)));
    }
    for (query, json, _) in answers(Chances { unavailable: 1000, ..Chances::NONE }).await {
        assert_eq!((query.status(), json.status()), (503, 503));
        assert_eq!(query.element("Code").as_deref(), Some("ServiceUnavailable"));
    }
    let mut statuses = Vec::new();
    for (query, json, tally) in answers(Chances { gateway: 1000, ..Chances::NONE }).await {
        for received in [query, json] {
            assert!(received.head.contains("content-type: text/html\r\n"), "{}", received.head);
            assert!(!received.head.contains("x-amzn-requestid"), "{}", received.head);
            assert!(received.text().starts_with("<html>"));
            statuses.push(received.status());
        }
        assert_eq!(tally, FAULTED);
    }
    assert!(statuses.contains(&503) && statuses.iter().all(|&status| status >= 500), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_end_before_an_answer_and_inside_one() {
    let mut ends = Vec::new();
    for (query, json, tally) in answers(Chances { reset: 1000, ..Chances::NONE }).await {
        for received in [query, json] {
            assert_eq!(received.head, "");
            ends.push(received.end.unwrap());
        }
        assert_eq!(tally, FAULTED);
    }
    let both = [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset];
    assert!(
        both.iter().all(|end| ends.contains(end)) && ends.iter().all(|end| both.contains(end)),
        "{ends:?}"
    );

    let mut ends = Vec::new();
    for (query, json, tally) in answers(Chances { cut: 1000, ..Chances::NONE }).await {
        for received in [query, json] {
            assert_eq!(received.status(), 200);
            assert!(!received.body.is_empty() && received.body.len() < received.length, "{received:?}");
            ends.push(received.end.unwrap());
        }
        assert_eq!(tally, FAULTED);
    }
    assert!(
        both.iter().all(|end| ends.contains(end)) && ends.iter().all(|end| both.contains(end)),
        "{ends:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_truncated_and_malformed() {
    let whole = answers(Chances::NONE).await;
    let truncated = answers(Chances { truncated: 1000, ..Chances::NONE }).await;
    let malformed = answers(Chances { malformed: 1000, ..Chances::NONE }).await;
    for ((whole, truncated), malformed) in whole.into_iter().zip(truncated).zip(malformed) {
        for (whole, truncated) in [(&whole.0, &truncated.0), (&whole.1, &truncated.1)] {
            assert_eq!((truncated.status(), truncated.end), (200, None));
            assert!(!truncated.body.is_empty() && truncated.body.len() < whole.body.len());
            assert_eq!(truncated.body.len(), truncated.length);
        }
        for (whole, malformed) in [(&whole.0, &malformed.0), (&whole.1, &malformed.1)] {
            assert_eq!((malformed.status(), malformed.end), (200, None));
            assert_eq!(malformed.body.len(), whole.body.len());
        }
        assert!(malformed.0.text().contains("</_"));
        assert!(serde_json::from_slice::<serde_json::Value>(&malformed.1.body).is_err());
        assert!(serde_json::from_slice::<serde_json::Value>(&whole.1.body).is_ok());
        assert_eq!((truncated.2, malformed.2), (FAULTED, FAULTED));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_hang_before_they_begin_and_in_their_middle() {
    let late = |chances| async move {
        let (found, simulator) = with(profile(1, chances), |mut client| {
            let began = Instant::now();
            let whole = client.query(Service::Sts, "Action=GetCallerIdentity");
            assert!(began.elapsed() >= Duration::from_secs(1));
            assert_eq!((whole.status(), whole.end, whole.body.len()), (200, None, whole.length));
            client.timeout = Some(Duration::from_millis(50));
            client.query(Service::Sts, "Action=GetCallerIdentity")
        })
        .await;
        assert!(matches!(found.end, Some(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)), "{found:?}");
        (found, simulator)
    };
    let (found, simulator) = late(Chances { hang: 1000, ..Chances::NONE }).await;
    assert_eq!(found.head, "");
    // The call counts although its client did not wait for the answer.
    while simulator.counts().total().total() < 2 {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(simulator.counts().total(), Tally { faulted: 1, abandoned: 1, ..Tally::default() });
    let (found, simulator) = late(Chances { stall: 1000, ..Chances::NONE }).await;
    assert!(found.status() == 200 && !found.body.is_empty() && found.body.len() < found.length);
    assert_eq!(simulator.counts().total(), FAULTED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_disagree() {
    let mut codes = Vec::new();
    for (query, json, tally) in answers(Chances { skew: 1000, ..Chances::NONE }).await {
        let code = query.element("Code").unwrap();
        match code.as_str() {
            "RequestExpired" => assert_eq!(query.status(), 400),
            "SignatureDoesNotMatch" => {
                assert_eq!(query.status(), 403);
                assert!(query.element("Message").unwrap().starts_with("Signature not yet current: "));
            }
            _ => panic!("{code}"),
        }
        codes.push(code);
        assert_eq!(json.status(), 400);
        assert!(
            json.text()
                .contains(r#""__type":"InvalidSignatureException","message":"Signature not yet current"#)
        );
        assert_eq!(tally, FAULTED);
    }
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_never_end() {
    let chances = Chances { repeated_marker: 1000, ..Chances::NONE };
    let (_, simulator) = with(profile(1, chances), |client| {
        let session = client.assume(ACCOUNT).unwrap();
        let first = session.list_roles(2, None);
        let marker = first.element("Marker").unwrap();
        for _ in 0..3 {
            let again = session.list_roles(2, Some(&marker));
            assert_eq!((again.status(), again.element("Marker")), (200, Some(marker.clone())));
            assert_eq!(again.element("IsTruncated").as_deref(), Some("true"));
        }
        // A list that fits on one page does not end either.
        let whole = session.query(Service::Iam, "Action=GetAccountAuthorizationDetails");
        let marker = whole.element("Marker").unwrap();
        let more =
            session.query(Service::Iam, &format!("Action=GetAccountAuthorizationDetails&Marker={marker}"));
        assert_eq!((more.status(), more.element("Marker")), (200, Some(marker)));
        assert_eq!(more.element("RoleName"), None);
    })
    .await;
    assert_eq!(simulator.expected(ACCOUNT), Expectation::MayFail(&[Cause::RepeatedMarker]));
    assert_eq!(simulator.counts().operation("iam:ListRoles"), Tally { faulted: 4, ..Tally::default() });
    assert_eq!(simulator.counts().operation("sts:AssumeRole"), Tally { ok: 1, ..Tally::default() });

    let chances = Chances { missing_marker: 1000, ..Chances::NONE };
    let (_, simulator) = with(profile(1, chances), |client| {
        let page = client.assume(ACCOUNT).unwrap().list_roles(2, None);
        assert_eq!(page.element("IsTruncated").as_deref(), Some("true"));
        assert_eq!((page.status(), page.element("Marker")), (200, None));
    })
    .await;
    assert_eq!(simulator.expected(ACCOUNT), Expectation::MayFail(&[Cause::MissingMarker]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_end_between_two_pages_and_another_goes_on() {
    let chances = Chances { expiring: 1000, ..Chances::NONE };
    with(profile(1, chances), |client| {
        let session = client.assume(ACCOUNT).unwrap();
        let mut pages = 0;
        let mut marker = None;
        let expired = loop {
            let page = session.list_roles(2, marker.as_deref());
            if page.status() != 200 {
                break page;
            }
            pages += 1;
            marker = page.element("Marker");
        };
        assert!((1..=2).contains(&pages));
        assert_eq!((expired.status(), expired.element("Code").as_deref()), (403, Some("ExpiredToken")));
        let session = client.assume(ACCOUNT).unwrap();
        while let Some(next) = marker {
            let page = session.list_roles(2, Some(&next));
            assert_eq!(page.status(), 200);
            pages += 1;
            marker = page.element("Marker");
        }
        assert_eq!(pages, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_are_closed_while_they_are_read() {
    let mut refusals = Vec::new();
    for seed in 0..12 {
        let chances = Chances { closed: 1000, ..Chances::NONE };
        let (found, simulator) = with(profile(seed, chances), |client| {
            let refused = match client.assume(ACCOUNT) {
                Err(refused) => refused,
                Ok(session) => {
                    let pages = std::iter::repeat_with(|| session.list_roles(2, None));
                    let refused = pages.take(4).find(|page| page.status() != 200).unwrap();
                    let again = client.assume(ACCOUNT).map(|_| ()).unwrap_err();
                    assert_eq!(
                        (again.status(), again.element("Code").as_deref()),
                        (403, Some("AccessDenied"))
                    );
                    refused
                }
            };
            (refused.status(), refused.element("Code").unwrap())
        })
        .await;
        assert_eq!(found.0, 403);
        refusals.push(found.1);
        assert_eq!(simulator.expected(ACCOUNT), Expectation::MayFail(&[Cause::Closed]));
    }
    refusals.sort();
    refusals.dedup();
    assert_eq!(refusals, ["AccessDenied", "InvalidClientTokenId"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roles_are_deleted_after_they_were_listed() {
    let profile = profile(1, Chances { deleted: 500, ..Chances::NONE });
    let (_, simulator) = with(profile, move |client| {
        let session = client.assume(ACCOUNT).unwrap();
        let mut seen = [false; 2];
        for number in 0..6 {
            let name = format!("role-{number}");
            let gone = profile.faults.unwrap().deleted(ACCOUNT, &name);
            let role = session.query(Service::Iam, &format!("Action=GetRole&RoleName={name}"));
            let expected = if gone { (404, Some("NoSuchEntity".to_owned())) } else { (200, None) };
            assert_eq!((role.status(), role.element("Code")), expected);
            seen[usize::from(gone)] = true;
        }
        assert_eq!(seen, [true, true]);
    })
    .await;
    assert_eq!(simulator.expected(ACCOUNT), Expectation::Complete);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buckets_throttle_and_latencies_are_waited_for() {
    let profile = Profile::aws_like().scaled(0.1);
    let (_, simulator) = with(profile, |client| {
        let session = client.assume(ACCOUNT).unwrap();
        let began = Instant::now();
        let get = || session.query(Service::Iam, "Action=GetRole&RoleName=role-1");
        let statuses: Vec<u16> = (0..17).map(|_| get().status()).collect();
        assert!(began.elapsed() >= Duration::from_micros(15 * 3_500));
        // Fifteen at once, and one or two more during that time.
        assert!(statuses[..15].iter().all(|&status| status == 200), "{statuses:?}");
        let throttled =
            std::iter::repeat_with(get).take(200).find(|received| received.status() != 200).unwrap();
        assert_eq!((throttled.status(), throttled.element("Code").as_deref()), (400, Some("Throttling")));
    })
    .await;
    let tally = simulator.counts().operation("iam:GetRole");
    assert!(tally.throttled >= 1 && tally.ok >= 15 && tally.refused + tally.faulted == 0, "{tally:?}");
}

/// A sane client calls again as often as the profile demands, and assumes the role again when the
/// session ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_retries_enough_reads_everything() {
    for seed in 1..=4 {
        let world = World::generated(GeneratedSpec {
            accounts: 12,
            roles_per_account: 30,
            seed,
            now: now(),
            role_bytes: None,
        });
        let faults = Faults { hang: Duration::from_millis(20), ..Faults::hostile(seed) };
        let options = ServeOptions {
            profile: Profile { faults: Some(faults), ..Profile::instant() },
            ..ServeOptions::default()
        };
        let simulator = serve(world, options).await.unwrap();
        let client = Client { address: simulator.address, who: simulator.caller(), timeout: None };
        let accounts: Vec<String> = simulator.world().account_ids().collect();
        let readable: Vec<String> = accounts
            .into_iter()
            .filter(|account| simulator.expected(account) == Expectation::Complete)
            .collect();
        assert!((4..=12).contains(&readable.len()));
        let found = tokio::task::spawn_blocking(move || {
            readable.into_iter().map(|account| (read(&client, &account), account)).collect::<Vec<_>>()
        })
        .await
        .unwrap();
        for (arns, account) in found {
            let truth = simulator.world().truth(&account);
            assert_eq!(arns, truth.into_iter().map(|role| role.arn).collect::<Vec<_>>(), "{account}");
        }
    }
}

/// The ARNs of an account's roles, read seven at a time.
fn read(client: &Client, account: &str) -> Vec<String> {
    let mut arns = Vec::new();
    let mut marker: Option<String> = None;
    let mut session: Option<Client> = None;
    loop {
        let with = session.get_or_insert_with(|| with_retries(|| client.assume(account)).unwrap());
        let page = with_retries(|| {
            let page = with.list_roles(7, marker.as_deref());
            if page.is_whole("ListRolesResponse") { Ok(page) } else { Err(page) }
        });
        let page = match page {
            Ok(page) => page,
            Err(page) if page.element("Code").as_deref() == Some("ExpiredToken") => {
                session = None;
                continue;
            }
            Err(page) => panic!("{account}: {}", page.text()),
        };
        arns.extend(
            page.text().split("<Arn>").skip(1).map(|rest| rest.split_once('<').unwrap().0.to_owned()),
        );
        marker = page.element("Marker");
        if marker.is_none() {
            return arns;
        }
    }
}

/// Makes one attempt more than can fail in a row.
fn with_retries<T>(call: impl Fn() -> Result<T, Received>) -> Result<T, Received> {
    (0..Faults::MOST_IN_A_ROW).find_map(|_| call().ok()).map_or_else(call, Ok)
}
