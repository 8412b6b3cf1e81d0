//! Tests who gets a session, for which role, and for how long.

use crate::counts::Tally;
use crate::credentials::Credentials;
use crate::dispatch::Service;
use crate::testing::{Bench, Reply, administrator, now, signed_headers, spec};
use crate::world::{CallerKind, Document, OrganizationSpec, RoleSpec};

const OTHER: &str = "333333333333";
const AUDIT: &str = "arn:aws:iam::333333333333:role/RolesweepAudit";

fn refusal(result: Result<Credentials, Reply>) -> (u16, String) {
    result.unwrap_err().refusal()
}

fn denied() -> (u16, String) {
    (403, "AccessDenied".to_owned())
}

#[test]
fn everybody_may_ask_who_they_are() {
    let mut spec = spec();
    spec.caller("nobody", OrganizationSpec::SECURITY);
    let bench = Bench::new(spec);
    let session = bench.sts(&bench.caller("caller"), "GetCallerIdentity", &[]).ok();
    assert_eq!(session.text("Account"), OrganizationSpec::SECURITY);
    assert_eq!(session.text("Arn"), "arn:aws:sts::222222222222:assumed-role/rolesweep-runner/rolesweep");
    assert!(session.text("UserId").ends_with(":rolesweep"));
    assert!(session.text("RequestId").len() == 36);
    let user = bench.sts(&bench.caller("nobody"), "GetCallerIdentity", &[]).ok();
    assert_eq!(user.text("Arn"), "arn:aws:iam::222222222222:user/nobody");
    assert!(user.text("UserId").starts_with("AIDA"));
}

#[test]
fn a_session_belongs_to_the_account_of_its_role() {
    let mut spec = spec();
    spec.audited(OTHER, "other");
    let bench = Bench::new(spec);
    let session = bench.audit(OTHER).unwrap();
    assert!(session.access_key_id.starts_with("ASIA"));
    let identity = bench.sts(&session, "GetCallerIdentity", &[]).ok();
    assert_eq!(identity.text("Account"), OTHER);
    assert_eq!(identity.text("Arn"), "arn:aws:sts::333333333333:assumed-role/RolesweepAudit/test");
    assert_ne!(session, bench.audit(OTHER).unwrap());
    // The call is counted for the requested account.
    assert_eq!(
        bench.state.counter.snapshot().get("sts:AssumeRole", OTHER),
        Tally { ok: 2, refused: 0, ..Tally::default() }
    );
}

#[test]
fn a_caller_that_is_not_trusted_is_denied_and_told_nothing_more() {
    let mut spec = spec();
    spec.audited(OTHER, "other");
    spec.audited("444444444444", "suspended").in_state(Some("SUSPENDED"));
    spec.audited("555555555555", "without state").in_state(None);
    let mut audit = spec.audit.clone().with_external_id("the-secret");
    let now = spec.now;
    spec.account("666666666666", "external id").role(audit.role(now, now));
    audit.caller_arn = "arn:aws:iam::222222222222:role/somebody-else".to_owned();
    spec.account("777777777777", "another caller").role(audit.role(now, now));
    spec.account("888888888888", "service").role(RoleSpec::new("RolesweepAudit", now).at_path("/audit/"));
    administrator(&mut spec, "administrator", OrganizationSpec::SECURITY);
    let powerless = spec.caller("powerless", OrganizationSpec::SECURITY);
    // The trusted role, but a session whose own policy does not let it assume anything.
    powerless.kind = CallerKind::Session {
        path: "/".to_owned(),
        role: "rolesweep-runner".to_owned(),
        session: "powerless".to_owned(),
    };
    let bench = Bench::new(spec);
    let caller = bench.caller("caller");
    let arn = |account: &str, name: &str| format!("arn:aws:iam::{account}:role/{name}");

    assert!(bench.audit(OTHER).is_ok());
    assert!(bench.audit("555555555555").is_ok());
    for (account, name) in [
        (OTHER, "NoSuchRole"),
        (OTHER, "path/RolesweepAudit"),
        ("444444444444", "RolesweepAudit"),
        ("666666666666", "RolesweepAudit"),
        ("777777777777", "RolesweepAudit"),
        ("888888888888", "RolesweepAudit"),
        ("888888888888", "audit/RolesweepAudit"),
        ("999999999999", "RolesweepAudit"),
    ] {
        let refused = bench.assume(&caller, &arn(account, name), &[]).unwrap_err();
        assert_eq!(refused.refusal(), denied(), "{account} {name}");
        assert_eq!(
            refused.text("Message"),
            format!(
                "User: arn:aws:sts::222222222222:assumed-role/rolesweep-runner/rolesweep is not authorized to perform: \
                 sts:AssumeRole on resource: {}",
                arn(account, name)
            )
        );
    }
    let external = arn("666666666666", "RolesweepAudit");
    assert!(bench.assume(&caller, &external, &[("ExternalId", "the-secret")]).is_ok());
    assert_eq!(refusal(bench.assume(&caller, &external, &[("ExternalId", "the-Secret")])), denied());
    assert_eq!(refusal(bench.assume(&bench.caller("administrator"), AUDIT, &[])), denied());
    assert_eq!(refusal(bench.assume(&bench.caller("powerless"), AUDIT, &[])), denied());
    // A role of another partition does not exist.
    assert_eq!(refusal(bench.assume(&caller, &AUDIT.replace("arn:aws:", "arn:aws-cn:"), &[])), denied());
}

#[test]
fn parameters_keep_to_their_bounds() {
    let mut spec = spec();
    spec.audited(OTHER, "other");
    let bench = Bench::new(spec);
    let caller = bench.caller("caller");
    let long = |length: usize| "x".repeat(length);
    let policy = |length: usize| {
        let policy = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        format!("{policy}{}", " ".repeat(length - policy.len()))
    };
    let ask = |name: &str, value: &str| {
        let mut parameters = vec![("RoleArn", AUDIT), ("RoleSessionName", "test")];
        parameters.retain(|(known, _)| *known != name);
        parameters.push((name, value));
        let reply = bench.sts(&caller, "AssumeRole", &parameters);
        if reply.status == 200 { String::new() } else { reply.refusal().1 }
    };
    for (name, value, code) in [
        ("RoleSessionName", "a", "ValidationError"),
        ("RoleSessionName", "ab", ""),
        ("RoleSessionName", "a b", "ValidationError"),
        ("RoleSessionName", "a/b", "ValidationError"),
        ("RoleSessionName", "a_+=,.@-Z9", ""),
        ("RoleSessionName", &long(64), ""),
        ("RoleSessionName", &long(65), "ValidationError"),
        ("DurationSeconds", "899", "ValidationError"),
        ("DurationSeconds", "900", ""),
        ("DurationSeconds", "3600", ""),
        ("DurationSeconds", "3601", "ValidationError"),
        ("DurationSeconds", "43201", "ValidationError"),
        ("DurationSeconds", "an hour", "MalformedInput"),
        ("ExternalId", "a", "ValidationError"),
        ("ExternalId", "a:b/c", ""),
        ("ExternalId", "a b", "ValidationError"),
        ("ExternalId", &long(1225), "ValidationError"),
        ("RoleArn", "arn:aws:iam::1:role/x", "ValidationError"),
        ("RoleArn", "short", "ValidationError"),
        ("RoleArn", "arn:aws:iam::333333333333:user/RolesweepAudit", "ValidationError"),
        ("Policy", &policy(2048), ""),
        ("Policy", &policy(2049), "ValidationError"),
        ("Policy", "{}", "MalformedPolicyDocument"),
        ("Policy", "not json", "MalformedPolicyDocument"),
        ("Policy", r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#, "MalformedPolicyDocument"),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/SecurityAudit", ""),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/NoSuchPolicy", "ValidationError"),
        ("SerialNumber", "arn:aws:iam::222222222222:mfa/me", ""),
        ("TokenCode", "123456", "AccessDenied"),
        // Neither is in the trust policy.
        ("Tags.member.1.Key", "team", "AccessDenied"),
        ("SourceIdentity", "somebody", "AccessDenied"),
    ] {
        assert_eq!(ask(name, value), code, "{name}={value}");
    }
    let reply = bench.sts(&caller, "AssumeRole", &[("RoleArn", AUDIT)]);
    assert_eq!(reply.refusal(), (400, "ValidationError".to_owned()));
    let reply = bench.sts(&caller, "AssumeRole", &[]);
    assert_eq!(reply.refusal(), (400, "ValidationError".to_owned()));
}

#[test]
fn a_session_policy_cuts_what_the_role_may_do() {
    let mut spec = spec();
    let now = spec.now;
    let mut role = RoleSpec::new("Admin", now)
        .trusting(Document::trusting(&[OrganizationSpec::SECURITY]))
        .attach("arn:aws:iam::aws:policy/AdministratorAccess");
    role.max_session_seconds = 43_200;
    spec.account(OTHER, "other").role(role);
    let bench = Bench::new(spec);
    let caller = bench.caller("caller");
    let arn = "arn:aws:iam::333333333333:role/Admin";
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:List*","iam:DoWhatever"],"Resource":"*"}]}"#;
    let cut = bench.assume(&caller, arn, &[("Policy", policy)]).unwrap();
    let whole = bench.assume(&caller, arn, &[]).unwrap();
    let managed = [("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess")];
    let view = bench.assume(&caller, arn, &managed).unwrap();
    for (action, parameters, answers) in [
        ("ListRoles", &[][..], [(200, ""), (200, ""), (200, "")]),
        ("GetRole", &[("RoleName", "Admin")][..], [(403, "AccessDenied"), (200, ""), (403, "AccessDenied")]),
        (
            "GetAccountAuthorizationDetails",
            &[][..],
            [(403, "AccessDenied"), (200, ""), (403, "AccessDenied")],
        ),
        // What a policy denies is denied before the answer says whether it exists.
        ("DeleteRole", &[][..], [(403, "AccessDenied"), (400, "InvalidAction"), (403, "AccessDenied")]),
        ("DoWhatever", &[][..], [(400, "InvalidAction"), (400, "InvalidAction"), (403, "AccessDenied")]),
    ] {
        let answer = |who: &Credentials| {
            let reply = bench.iam(who, action, parameters);
            if reply.status == 200 { (200, String::new()) } else { reply.refusal() }
        };
        let answers = answers.map(|(status, code)| (status, code.to_owned()));
        assert_eq!([&cut, &whole, &view].map(answer), answers, "{action}");
    }
    let denied = bench.iam(&cut, "GetRole", &[("RoleName", "Admin")]);
    assert_eq!(
        denied.text("Message"),
        "User: arn:aws:sts::333333333333:assumed-role/Admin/test is not authorized to perform: iam:GetRole on resource: \
         role Admin because no session policy allows the iam:GetRole action"
    );
    assert_eq!(
        bench.state.counter.snapshot().get("iam:DeleteRole", OTHER),
        Tally { ok: 0, refused: 3, ..Tally::default() }
    );
    // A session of a session lasts at most an hour.
    let longer = bench.assume(&caller, arn, &[("DurationSeconds", "3601")]).unwrap_err();
    assert!(longer.text("Message").contains("role chaining"), "{}", longer.body);
}

#[test]
fn sessions_end_by_the_clock_and_by_their_calls() {
    let mut spec = spec();
    spec.audited(OTHER, "other").session_calls = Some(2);
    spec.caller("brief", OrganizationSpec::SECURITY).calls = Some(1);
    spec.caller("late", OrganizationSpec::SECURITY).expires = Some(now());
    let bench = Bench::new(spec);
    let expired = |reply: Reply| reply.refusal() == (403, "ExpiredToken".to_owned());

    let session = bench.audit(OTHER).unwrap();
    bench.iam(&session, "ListRoles", &[]).ok();
    bench.iam(&session, "ListRoles", &[]).ok();
    assert!(expired(bench.iam(&session, "ListRoles", &[])));
    let session = bench.audit(OTHER).unwrap();
    bench.iam(&session, "ListRoles", &[]).ok();
    bench.later(3599);
    let hour = bench.audit(OrganizationSpec::MANAGEMENT).unwrap();
    bench.later(1);
    assert!(expired(bench.iam(&session, "ListRoles", &[])));
    bench.iam(&hour, "ListRoles", &[]).ok();

    bench.sts(&bench.caller("brief"), "GetCallerIdentity", &[]).ok();
    assert!(expired(bench.sts(&bench.caller("brief"), "GetCallerIdentity", &[])));
    assert!(expired(bench.sts(&bench.caller("late"), "GetCallerIdentity", &[])));
    let refused = bench.organizations(&bench.caller("late"), "ListAccounts", &serde_json::json!({}));
    assert_eq!(refused.refusal(), (400, "ExpiredTokenException".to_owned()));
}

#[test]
fn credentials_that_are_not_quite_right_are_refused() {
    let bench = Bench::new(spec());
    let caller = bench.caller("caller");
    let with = |change: fn(&mut Credentials)| {
        let mut credentials = caller.clone();
        change(&mut credentials);
        credentials
    };
    for (credentials, query, json) in [
        (
            with(|it| it.access_key_id.replace_range(8..9, "0")),
            (403, "InvalidClientTokenId"),
            "UnrecognizedClientException",
        ),
        (
            with(|it| it.secret_access_key.push('x')),
            (403, "SignatureDoesNotMatch"),
            "InvalidSignatureException",
        ),
        (with(|it| it.session_token = None), (403, "InvalidClientTokenId"), "UnrecognizedClientException"),
        (
            with(|it| it.session_token = Some("another".to_owned())),
            (403, "InvalidClientTokenId"),
            "UnrecognizedClientException",
        ),
    ] {
        let refusal = bench.sts(&credentials, "GetCallerIdentity", &[]).refusal();
        assert_eq!((refusal.0, refusal.1.as_str()), query);
        let refusal = bench.organizations(&credentials, "ListRoots", &serde_json::json!({})).refusal();
        assert_eq!((refusal.0, refusal.1.as_str()), (400, json));
    }
    // The request was changed after it was signed.
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let headers = signed_headers(&caller, Service::Sts, hyper::HeaderMap::new(), body, now());
    assert_eq!(bench.send_as_is(&headers, body).status, 200);
    let altered = bench.send_as_is(&headers, "Action=GetSessionToken&Version=2011-06-15");
    assert_eq!(altered.refusal(), (403, "SignatureDoesNotMatch".to_owned()));
    bench.later(901);
    assert!(
        bench.send_as_is(&headers, body).text("Message").starts_with("Signature expired: 20261122T120000Z")
    );
    let unsigned = bench.send_as_is(&hyper::HeaderMap::new(), body);
    assert_eq!(unsigned.refusal(), (403, "MissingAuthenticationToken".to_owned()));
    // Refused calls are counted too. Those of unknown callers have no account.
    let counts = bench.state.counter.snapshot();
    assert_eq!(
        counts.get("sts:GetCallerIdentity", OrganizationSpec::SECURITY),
        Tally { ok: 1, refused: 4, ..Tally::default() }
    );
    assert_eq!(counts.get("sts:GetCallerIdentity", ""), Tally { ok: 0, refused: 2, ..Tally::default() });
}
