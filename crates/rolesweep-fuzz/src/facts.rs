//! Stored facts, and what is computed from them.

use std::fmt::Debug;

use jiff::Timestamp;
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{Assessor, Parameters, Usage, trust_summary};
use rolesweep_model::OuTree;
use rolesweep_model::{
    Account, AccountHistory, AccountRecord, DecodeError, ManagedPolicy, OrganizationalUnit, ParentPath, Role,
    RoleReader, Scan, ScanEnd, StoreKey, Text, decode, encode, encode_page,
};
use rolesweep_report::{AccountFacts, AssessedRole, Bom, CsvWriter, Ownership, Roles};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A record from a store, decompressed.
pub fn facts(data: &[u8]) {
    fact::<Scan>(data);
    fact::<StoreKey>(data);
    fact::<AccountRecord>(data);
    fact::<Vec<ManagedPolicy>>(data);
    if let Some(account) = fact::<Account>(data) {
        units(&[], account.parents.as_ref());
    }
    if let Some(end) = fact::<ScanEnd>(data) {
        units(&end.organizational_units, None);
    }
    page(data);
    history(data);
}

/// A history of the roles of an account. What can be read stays the same when it is written and read
/// again, and has an answer for each role.
fn history(data: &[u8]) {
    let account = "000000000123".parse().expect("an account id");
    let Ok(history) = AccountHistory::decode(data, account) else { return };
    let record = history.encode(account).expect("what was read can be written");
    assert_eq!(AccountHistory::decode(&record, account).expect("what was written can be read"), history);
    let instants = vec![Timestamp::UNIX_EPOCH; history.scans().len()];
    for place in 0..history.len() {
        let role = history.role(place, &instants).expect("each role has a history");
        assert!((1..=instants.len()).contains(&role.idle_scans(|_| true)));
        assert!(role.changes_after(Timestamp::MIN).is_some() && role.changes_after(Timestamp::MAX).is_none());
    }
    assert!(history.role(history.len(), &instants).is_none());
}

/// How much the roles of a page may weigh here.
const WEIGHT: usize = 1024 * 1024;

/// A page of roles from a store. What can be read stays the same when it is written and read again,
/// and has rows.
fn page(data: &[u8]) {
    let mut roles = Vec::new();
    // Only the end of a record shows whether it has as much as it says.
    let _ = read::<String>(data, WEIGHT, |role| roles.push(role));
    let record = encode_page(&roles).expect("what was read can be written");
    let mut again = roles.iter();
    let all = read::<String>(&record.bytes, record.weight, |role| assert_eq!(again.next(), Some(&role)));
    all.expect("what was written can be read");
    read::<&str>(&record.bytes, record.weight, |role| report(&role)).expect("also without copies");
    assert!(again.next().is_none());
    assert!(record.bytes.len() < record.weight + 1024, "and is no larger than what is in it");
}

fn read<'a, S: Text<'a>>(
    data: &'a [u8],
    weight: usize,
    mut each: impl FnMut(Role<S>),
) -> Result<(), DecodeError> {
    let mut roles = RoleReader::new(data, weight)?;
    while let Some(role) = roles.advance()? {
        each(role);
    }
    Ok(())
}

/// What can be read stays the same when it is written and read again.
fn fact<T: DeserializeOwned + Serialize + PartialEq + Debug>(data: &[u8]) -> Option<T> {
    let fact: T = decode(data).ok()?;
    let bytes = encode(&fact).expect("what was read can be written");
    assert_eq!(decode::<T>(&bytes).expect("what was written can be read"), fact);
    Some(fact)
}

/// OUs may form cycles, and may occur twice.
fn units(units: &[OrganizationalUnit], parents: Option<&ParentPath>) {
    let names = OuTree::new(units);
    let all = ParentPath(units.iter().map(|unit| unit.id.clone()).collect());
    for parents in parents.into_iter().chain([&all]) {
        let _ = names.find(&names.name_path(parents));
    }
    for unit in units {
        assert!(names.contains(&unit.id));
        let _ = names.find(unit.id.as_str());
    }
}

/// A role from any time has an assessment and a row.
fn report(role: &Role<&str>) {
    let account =
        AccountFacts { account: Account::named(role.arn.account_id()), ou_path: None, record: None };
    let trust = role.trust_policy.map(trust_summary).unwrap_or_default();
    for as_of in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
        let parameters = Parameters::new(as_of);
        let assessor = Assessor::new(&parameters);
        let rules = assessor.rules_for(&account.place());
        let assessment =
            Usage::new(&assessor, &[], false).assess(role, None, &rules, &mut || TrustLevel::Public);
        assert!(assessment.age_seconds >= 0 && assessment.idle.is_none_or(|idle| idle.seconds >= 0));
        let owners = assessor.owners().of_account(&account.place());
        let row = AssessedRole {
            role,
            account: &account,
            assessment,
            trust: &trust,
            risk: None,
            ownership: Ownership::new(&owners),
            exemption: None,
            history: None,
            last_use_source: None,
            change: None,
        };
        let mut writer = CsvWriter::<Roles, _>::new(Vec::new(), Bom::No).expect("memory takes everything");
        writer.write(&row).expect("memory takes everything");
        let (bytes, _) = writer.finish().expect("memory takes everything");
        let text = String::from_utf8(bytes).expect("text in, text out");
        assert_eq!(text.matches("\r\n").count(), 2, "a header and a row: {text:?}");
        assert_eq!(text.matches(['\r', '\n']).count(), 4, "and no line within a cell: {text:?}");
    }
}
