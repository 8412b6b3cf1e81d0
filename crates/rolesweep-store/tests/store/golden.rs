//! This version reads a store of each released schema, kept as it was written.
//!
//! `data/store-v5.db` was written by `cargo run -p rolesweep-store --example golden --
//! crates/rolesweep-store/tests/data/store-v5.db` of the version that introduced schema 5, and
//! those before it likewise. They are never written again: a new schema gets a file of its own.

use std::path::{Path, PathBuf};

use rolesweep_model::{AwsManagedPolicy, Boundary, Coverage, Role};
use rolesweep_store::{AwsManagedPolicies, SCHEMA_VERSION, Store, StoreError};

use crate::support::{account, account_id, end, key, page, publication, record, scan};

const ACCOUNT: &str = "000000000123";
/// The schema that introduced publications.
#[cfg(test)]
const PUBLICATIONS: u32 = 5;
const AWS_POLICY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/// What the golden stores hold: a scan that was killed, and one that ended, with an account in two
/// pages, one that was denied and one that was not begun, and from schema 3 on two policies of AWS, of
/// which one has a document. From schema 4 on the ended scan has a history, and from schema 5 on what
/// was published of it.
pub(crate) fn write(path: &Path) -> Result<(), StoreError> {
    let mut store = Store::open(path, &key())?;
    let id = scan(1).id;
    store.begin_scan(&scan(1))?;
    store.discovered(id, &[account(123), account(7), account(222_222_222_222)])?;
    store.begin(id, account_id(123))?;
    store.append(id, account_id(123), &page(ACCOUNT, 0..2))?;
    store.append(id, account_id(123), &page(ACCOUNT, 2..3))?;
    store.finish(id, &record(account_id(123), Coverage::Scanned, 3))?;
    store.finish(id, &record(account_id(7), Coverage::Denied, 0))?;
    store.name_aws_policies(id, &[AWS_POLICY.to_owned(), "arn:aws:iam::aws:policy/Missing".to_owned()])?;
    let (version, document) = ("v2".to_owned(), Some("{}".to_owned()));
    store.keep_aws_policy(
        id,
        &AwsManagedPolicy { arn: AWS_POLICY.to_owned(), version, document, calls: [].into() },
    )?;
    store.finish_scan(id, &end())?;
    store.publish(id, &publication(3))?;
    store.begin_scan(&scan(2))?;
    store.begin(scan(2).id, account_id(123))?;
    store.append(scan(2).id, account_id(123), &page(ACCOUNT, 0..1))
}

#[cfg(test)]
fn check(store: &Store, version: u32) {
    let mut ended = scan(1);
    ended.end = Some(end());
    assert_eq!(store.scans().unwrap(), [ended, scan(2)]);
    assert_eq!(store.latest_scan().unwrap(), Some(scan(2)));
    let entries: Vec<_> = store.accounts(scan(1).id).unwrap().map(Result::unwrap).collect();
    let accounts: Vec<_> = entries.iter().map(|entry| entry.account.clone()).collect();
    assert_eq!(accounts, [account(7), account(123), account(222_222_222_222)]);
    let records: Vec<_> = entries.into_iter().map(|entry| entry.record).collect();
    assert_eq!(
        records,
        [
            Some(record(account_id(7), Coverage::Denied, 0)),
            Some(record(account_id(123), Coverage::Scanned, 3)),
            None
        ]
    );
    let expected = page(ACCOUNT, 0..3).roles;
    let roles: Vec<Role> = store.roles(scan(1).id, account_id(123)).unwrap().map(Result::unwrap).collect();
    assert_eq!(roles, expected.iter().map(|collected| collected.role.clone()).collect::<Vec<_>>());
    let documents = store.stored_documents(scan(1).id, account_id(123)).unwrap();
    let managed = [page(ACCOUNT, 0..0).policies, page(ACCOUNT, 2..2).policies].concat();
    documents
        .lend(&AwsManagedPolicies::default(), |lent| {
            for collected in expected {
                let inline = lent.of(&collected.role).inline.unwrap();
                let inline: Vec<_> = inline.iter().map(|policy| policy.text.unwrap()).collect();
                let expected = collected.inline_policies.unwrap();
                assert_eq!(
                    inline,
                    expected.iter().map(|policy| policy.document.as_str()).collect::<Vec<_>>()
                );
            }
            for policy in managed {
                let mut role = page(ACCOUNT, 0..1).roles.remove(0).role;
                role.permissions_boundary = Boundary::Policy(policy.arn.clone());
                let Boundary::Policy(found) = lent.of(&role).boundary else { panic!("{policy:?}") };
                assert_eq!(found.text, policy.document.as_deref());
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let aws = |number, arn| store.managed_policy_document(scan(number).id, arn).unwrap();
    let policies: Vec<_> = store.aws_policies(scan(1).id).unwrap().into_values().collect();
    assert_eq!(policies, if version < 3 { vec![] } else { vec![None, Some("v2".to_owned())] });
    assert_eq!(aws(1, AWS_POLICY).as_deref(), (version >= 3).then_some("{}"));
    assert_eq!(aws(2, AWS_POLICY), None);
    assert_eq!(store.publication(scan(1).id).unwrap(), (version >= PUBLICATIONS).then(|| publication(3)));
    assert_eq!(store.removed_scans().unwrap(), []);
    assert_eq!(store.roles(scan(2).id, account_id(123)).unwrap().count(), 0);
    // Stored, or computed from the facts.
    let histories = store.histories(scan(1).id).unwrap();
    let history = histories.of_account(store, account_id(123)).unwrap().read().unwrap();
    let first_seen = |place| history.role(place).map(|role| role.first_seen());
    assert_eq!([0, 2, 3].map(first_seen), [Some(scan(1).started_at), Some(scan(1).started_at), None]);
}

#[test]
fn a_store_of_each_schema_reads_and_goes_on() {
    assert_eq!(SCHEMA_VERSION, 5, "add a golden store for the new schema");
    for version in 1..=SCHEMA_VERSION {
        let name = format!("store-v{version}.db");
        let golden: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "data", &name].iter().collect();
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("store.db");
        std::fs::copy(golden, &copy).unwrap();
        check(&Store::open_existing(&copy).unwrap(), version);
        let mut store = Store::open(&copy, &key()).unwrap();
        check(&store, version);
        // The account that was under way can be finished.
        store.append(scan(2).id, account_id(123), &page(ACCOUNT, 1..2)).unwrap();
        store.finish(scan(2).id, &record(account_id(123), Coverage::Scanned, 2)).unwrap();
        assert_eq!(store.roles(scan(2).id, account_id(123)).unwrap().count(), 2);
        store.finish_scan(scan(2).id, &end()).unwrap();
        let histories = store.histories(scan(2).id).unwrap();
        let history = histories.of_account(&store, account_id(123)).unwrap().read().unwrap();
        assert_eq!(history.role(0).map(|role| role.first_seen()), Some(scan(1).started_at));
        store.begin_scan(&scan(3)).unwrap();
        assert_eq!(store.latest_scan().unwrap(), Some(scan(3)));
    }
}

#[test]
fn this_version_writes_what_the_golden_store_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    write(&path).unwrap();
    check(&Store::open_existing(&path).unwrap(), SCHEMA_VERSION);
}
