//! The report is the same with any number of threads.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rolesweep_assess::ownership::{OwnedPlace, OwnerPlace};
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{
    AcceptedGap, Completeness, Disposition, Exemption, Parameters, RoleMatch, Threshold, ThresholdRule,
};
use rolesweep_model::{Coverage, RolePage, Scan};
use rolesweep_store::Store;
use rolesweep_testing as support;

use super::{PipelineError, Target, run, run_with};
use crate::{Family, Include, Report, ReportDirectory};

const ACCOUNTS: u64 = 40;

/// A store with accounts of no, one and many pages, some of which overlap.
fn store(path: &Path) -> Scan {
    let mut store = Store::open(path, &support::key()).unwrap();
    let scan = support::scan(1);
    store.begin_scan(&scan).unwrap();
    for number in 1..=ACCOUNTS {
        let id = support::account_id(number);
        store.discovered(scan.id, &[support::account(number)]).unwrap();
        store.begin(scan.id, id).unwrap();
        let pages: &[(u64, u64)] = match number % 4 {
            0 => &[],
            1 => &[(0, 30)],
            2 => &[(0, 30), (20, 50), (50, 51)],
            _ => &[(100, 140), (0, 100), (140, 400), (400, 401)],
        };
        for &(first, end) in pages {
            store.append(scan.id, id, &support::page(id.as_str(), first..end)).unwrap();
        }
        let roles = pages.iter().map(|page| page.1).max().unwrap_or_default();
        let coverage = if pages.is_empty() { Coverage::Denied } else { Coverage::Scanned };
        store.finish(scan.id, &support::record(id, coverage, roles)).unwrap();
    }
    store.finish_scan(scan.id, &support::end()).unwrap();
    drop(store);
    Store::open_existing(path).unwrap().latest_scan().unwrap().unwrap()
}

fn parameters(scan: &Scan) -> Parameters {
    let exemption = |number: u64| Exemption {
        id: number.to_string(),
        roles: RoleMatch::from(support::collected("000000000001", "/", "x", number).role.role_id),
        owner: "ann".to_owned(),
        approved_by: "bob".to_owned(),
        approved_on: scan.started_at.to_zoned(TimeZone::UTC).date(),
        ticket: None,
        reason: "needed".to_owned(),
        expires: Timestamp::MAX,
    };
    let rule = |name: &str, path: &str| ThresholdRule {
        name: name.to_owned(),
        paths: vec![path.to_owned()],
        ous: vec!["/Workloads".to_owned()],
        inactive_after: Some(Threshold::from_seconds(399 * 86_400).unwrap()),
        ..ThresholdRule::default()
    };
    Parameters {
        rules: vec![rule("app", "/app/"), rule("idle", "/idle/")],
        exemptions: vec![exemption(400), exemption(5000)],
        ..Parameters::new(scan.started_at)
    }
}

static GO_ON: AtomicBool = AtomicBool::new(false);

/// All roles of a scan.
fn report<'a>(scan: &'a Scan, parameters: &'a Parameters, stop: &'a AtomicBool) -> Report<'a> {
    Report {
        scan,
        parameters,
        gaps: &[],
        include: Include::All,
        with_risk: false,
        previous: None,
        published_before: None,
        stop,
    }
}

/// The rows and the summary's inputs, or the error.
fn rendered(path: &Path, scan: &Scan, threads: usize) -> (Vec<u8>, Result<String, PipelineError>) {
    let store = Store::open_existing(path).unwrap();
    let parameters = parameters(scan);
    let report = report(scan, &parameters, &GO_ON);
    let mut bytes = Vec::new();
    let result = run_with(NonZeroUsize::new(threads).unwrap(), &store, &report, Target::Stream(&mut bytes));
    (bytes, result.map(|summary| format!("{summary:#?}")))
}

#[test]
fn one_thread_and_several_make_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let scan = store(&path);
    let (bytes, summary) = rendered(&path, &scan, 1);
    let summary = summary.unwrap();
    assert_eq!(bytes.iter().filter(|&&byte| byte == b'\n').count(), 1 + 10 * 30 + 10 * 51 + 10 * 401);
    assert!(summary.contains("the threshold rule `idle` applied to no role"), "{summary}");
    assert!(!summary.contains("`app`"), "{summary}");
    for threads in [2, 3, 8] {
        let (same, again) = rendered(&path, &scan, threads);
        assert!(same == bytes, "{threads} threads");
        assert_eq!(again.unwrap(), summary, "{threads} threads");
    }
}

#[test]
fn families_add_up_with_any_number_of_threads_also_if_they_do_not_fit_in_memory() {
    const DISTINCT: u64 = 500;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut store = Store::open(&path, &support::key()).unwrap();
    let scan = support::scan(1);
    store.begin_scan(&scan).unwrap();
    for number in 1..=10 {
        let id = support::account_id(number);
        store.discovered(scan.id, &[support::account(number)]).unwrap();
        store.begin(scan.id, id).unwrap();
        let mut page = support::page(id.as_str(), number * DISTINCT..(number + 1) * DISTINCT);
        // In the first accounts, and so late that the first part went to the table before.
        if number <= 2 || number == 10 {
            let name = format!("cdk-q-deploy-role-{id}-eu-west-1");
            page.roles.push(support::collected(id.as_str(), "/", &name, 0));
        }
        store.append(scan.id, id, &page).unwrap();
        store.finish(scan.id, &support::record(id, Coverage::Scanned, page.roles.len() as u64)).unwrap();
    }
    store.finish_scan(scan.id, &support::end()).unwrap();
    drop(store);
    let parameters = Parameters { rules: Vec::new(), exemptions: Vec::new(), ..parameters(&scan) };
    let families = |threads| {
        let store = Store::open_existing(&path).unwrap();
        let scan = store.latest_scan().unwrap().unwrap();
        let report = report(&scan, &parameters, &GO_ON);
        run_with(NonZeroUsize::new(threads).unwrap(), &store, &report, Target::SummaryOnly).unwrap().families
    };
    let expected = Family { name: "cdk-q-deploy-role-*-*".to_owned(), roles: 3, accounts: 3 };
    for threads in [1, 2, 8] {
        assert_eq!(families(threads), std::slice::from_ref(&expected), "{threads} threads");
    }
}

#[test]
fn rules_by_ou_that_cannot_be_applied_make_the_report_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut scan = store(&path);
    let complete = |scan: &Scan| {
        let store = Store::open_existing(&path).unwrap();
        let parameters = parameters(scan);
        let gaps: Vec<AcceptedGap> = (1..=ACCOUNTS)
            .filter(|number| number % 4 == 0)
            .map(|number| AcceptedGap {
                account_id: support::account_id(number),
                owner: "ann".to_owned(),
                approved_by: "bob".to_owned(),
                reason: "known".to_owned(),
                expires: Timestamp::MAX,
            })
            .collect();
        let report = Report { gaps: &gaps, ..report(scan, &parameters, &GO_ON) };
        let summary = run(&store, &report, Target::Stream(&mut Vec::new())).unwrap();
        let said = summary.notes.iter().any(|note| note.contains("could not be applied to 30 accounts"));
        (summary.completeness, said)
    };
    assert_eq!(complete(&scan), (Completeness::WithAcceptedGaps, false));
    // The list of accounts is whole, but the names of the OUs are unknown.
    scan.end.as_mut().unwrap().organizational_units.clear();
    assert_eq!(complete(&scan), (Completeness::No, true));
}

#[test]
fn rows_have_the_owner_of_their_account_and_accounts_that_are_not_there_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let scan = store(&path);
    let mut parameters = parameters(&scan);
    let row = |number: u64, owner: &str, line: usize| OwnedPlace {
        place: OwnerPlace::Account(support::account_id(number)),
        owner: owner.to_owned(),
        line,
    };
    parameters.owners.tags.clear();
    parameters.owners.places = vec![row(1, "=ann", 2), row(999, "nobody", 3)];
    let store = Store::open_existing(&path).unwrap();
    let mut bytes = Vec::new();
    let summary = run(&store, &report(&scan, &parameters, &GO_ON), Target::Stream(&mut bytes)).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let owned = text.lines().filter(|line| line.contains(",'=ann,account:000000000001"));
    assert_eq!(owned.count(), 30);
    let told = "the table of owners has the account 000000000999 in line 3, which this report does not have";
    assert!(summary.warnings.iter().any(|warning| warning == told), "{:?}", summary.warnings);
}

#[test]
fn an_exemption_by_ou_that_cannot_be_applied_makes_the_report_incomplete_while_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut scan = store(&path);
    scan.end.as_mut().unwrap().organizational_units.clear();
    let store = Store::open_existing(&path).unwrap();
    let mut parameters = parameters(&scan);
    parameters.rules.clear();
    parameters.exemptions.truncate(1);
    parameters.exemptions[0].roles.ous = vec!["/Workloads".to_owned()];
    for (expires, said) in [(Timestamp::MAX, true), (scan.started_at, false)] {
        parameters.exemptions[0].expires = expires;
        let report = report(&scan, &parameters, &GO_ON);
        let summary = run(&store, &report, Target::Stream(&mut Vec::new())).unwrap();
        let is_said = summary.notes.iter().any(|note| note.contains("could not be applied to 30 accounts"));
        assert_eq!(is_said, said, "{expires}");
    }
}

/// A store of a finished scan with six accounts, and that scan. `page` gives the roles of an account
/// by its number and id.
fn of_six_accounts(path: &Path, page: impl Fn(u64, &str) -> RolePage) -> (Store, Scan) {
    let mut store = Store::open(path, &support::key()).unwrap();
    let scan = support::scan(1);
    store.begin_scan(&scan).unwrap();
    for number in 1..=6 {
        let id = support::account_id(number);
        store.discovered(scan.id, &[support::account(number)]).unwrap();
        store.begin(scan.id, id).unwrap();
        let page = page(number, id.as_str());
        store.append(scan.id, id, &page).unwrap();
        let roles = page.roles.len() as u64;
        store.finish(scan.id, &support::record(id, Coverage::Scanned, roles)).unwrap();
    }
    store.finish_scan(scan.id, &support::end()).unwrap();
    drop(store);
    let store = Store::open_existing(path).unwrap();
    let scan = store.latest_scan().unwrap().unwrap();
    (store, scan)
}

#[test]
fn an_exemption_by_name_and_trust_is_the_same_whether_risk_is_judged_or_not_and_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let (store, scan) = of_six_accounts(&path, |number, id| {
        let mut page = support::page(id, 0..0);
        // Created long before the scan, and without a recorded use.
        let mut collected = support::collected(id, "/", "OrganizationAccountAccessRole", 3);
        let trusted =
            if number <= 4 { support::account_id(5).to_string() } else { "999999999999".to_owned() };
        collected.role.trust_policy = Some(format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{trusted}:root"}},"Action":"sts:AssumeRole"}}]}}"#
        ));
        page.roles.push(collected);
        page
    });
    let roles = RoleMatch {
        role_names: vec!["Organization*".to_owned()],
        trust_at_most: Some(TrustLevel::Org),
        ..RoleMatch::default()
    };
    let mut parameters = parameters(&scan);
    parameters.exemptions =
        vec![Exemption { id: "org".to_owned(), roles, ..parameters.exemptions[0].clone() }];
    for with_risk in [true, false] {
        let report = Report { with_risk, ..report(&scan, &parameters, &GO_ON) };
        let place = tempfile::tempdir().unwrap();
        let made = place.path().join("report");
        let directory = ReportDirectory::create(&made).unwrap();
        let summary = run(&store, &report, Target::Folder(directory)).unwrap();
        assert_eq!(summary.totals.disposition(Disposition::Exempt), 4, "with risk: {with_risk}");
        assert_eq!(summary.totals.findings(), 2, "with risk: {with_risk}");
        let rows = std::fs::read_to_string(made.join("roles.csv")).unwrap();
        let exempted = format!(",org,{},aws,{},1,", Timestamp::MAX, scan.started_at);
        assert_eq!(rows.lines().filter(|line| line.contains(&exempted)).count(), 4, "{rows}");
        let manifest = std::fs::read(made.join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        assert_eq!(
            manifest["counts"]["exemptions"],
            serde_json::json!([{"id": "org", "roles": 4, "exempt": 4, "newer": 0, "changed": 0, "since": scan.started_at.to_string(), "overlapping": 0}])
        );
    }
}

#[test]
fn a_damaged_page_is_an_error_after_the_rows_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let scan = store(&path);
    let whole = rendered(&path, &scan, 1).0;
    let mut file = std::fs::read(&path).unwrap();
    // In the middle of the file, in the compressed data of some page.
    let magic = [0x28, 0xb5, 0x2f, 0xfd];
    let frames: Vec<usize> = (0..file.len() - 4).filter(|&at| file[at..at + 4] == magic).collect();
    let at = frames[frames.len() / 2];
    file[at + 40..at + 60].fill(0xff);
    std::fs::write(&path, file).unwrap();
    let (before, error) = rendered(&path, &scan, 1);
    assert!(matches!(error, Err(PipelineError::Store(_))), "{error:?}");
    assert!(whole.starts_with(&before) && before.len() < whole.len());
    for threads in [2, 8] {
        let (same, again) = rendered(&path, &scan, threads);
        assert!(same == before, "{threads} threads");
        assert_eq!(again.unwrap_err().to_string(), error.as_ref().unwrap_err().to_string());
    }
}

#[test]
fn a_closed_pipe_ends_the_work() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let scan = store(&path);
    let store = Store::open_existing(&path).unwrap();
    let parameters = parameters(&scan);
    let report = report(&scan, &parameters, &GO_ON);
    for threads in [1, 4] {
        let result =
            run_with(NonZeroUsize::new(threads).unwrap(), &store, &report, Target::Stream(&mut Closed));
        assert!(matches!(result, Err(PipelineError::Report(error)) if error.is_closed_pipe()));
    }
}

#[test]
fn an_interrupted_report_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let scan = store(&path);
    let store = Store::open_existing(&path).unwrap();
    let parameters = parameters(&scan);
    let stopped = AtomicBool::new(true);
    let report = report(&scan, &parameters, &stopped);
    let place = tempfile::tempdir().unwrap();
    let directory = ReportDirectory::create(&place.path().join("reports/this")).unwrap();
    assert!(matches!(run(&store, &report, Target::Folder(directory)), Err(PipelineError::Stopped)));
    assert_eq!(place.path().read_dir().unwrap().count(), 0);
}

#[test]
fn the_risk_of_roles_is_the_same_with_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let (store, scan) = of_six_accounts(&path, |number, id| support::page(id, number * 8..(number + 1) * 8));
    let rendered = |threads, with_risk| {
        let parameters = parameters(&scan);
        let report = Report { with_risk, ..report(&scan, &parameters, &GO_ON) };
        let mut bytes = Vec::new();
        let threads = NonZeroUsize::new(threads).unwrap();
        let summary = run_with(threads, &store, &report, Target::Stream(&mut bytes)).unwrap();
        (String::from_utf8(bytes).unwrap(), format!("{summary:#?}"))
    };
    let one = rendered(1, true);
    assert!(one.0.contains("s3:GetObject on arn:aws:s3:::bucket-"), "{}", one.0);
    assert_eq!(rendered(3, true), one);
    assert!(!rendered(3, false).0.contains("s3:GetObject on"), "nobody asked for it");
}
