//! What is lent of an account's documents.

use std::collections::BTreeMap;

use rolesweep_model::{
    AccountId, AttachedPolicy, Boundary, Coverage, InlinePolicy, PolicyDocument, Role, RoleDocuments, RoleId,
    RolePage, ScanId,
};
use rolesweep_store::{AwsManagedPolicies, Store, StoreError};

use crate::support::{account_id, collected, key, page, record, scan};

const ACCOUNT: &str = "000000000123";

/// The inline policies of each role of an account that has any.
pub(crate) fn inline_documents(
    store: &Store,
    scan: ScanId,
    account: AccountId,
) -> BTreeMap<RoleId, Vec<InlinePolicy>> {
    let roles: Vec<Role> = store.roles(scan, account).unwrap().map(Result::unwrap).collect();
    let stored = store.stored_documents(scan, account).unwrap();
    let lent = stored.lend(&AwsManagedPolicies::default(), |lent| {
        let each = roles.iter().map(|role| {
            let inline = lent.of(role).inline.unwrap_or_default().into_iter();
            let owned = inline.map(|PolicyDocument { name, text }| InlinePolicy {
                name: name.to_owned(),
                document: text.unwrap().to_owned(),
            });
            (role.role_id.clone(), owned.collect::<Vec<_>>())
        });
        Ok::<_, StoreError>(each.filter(|(_, policies)| !policies.is_empty()).collect())
    });
    lent.unwrap()
}

#[test]
fn a_role_is_lent_its_inline_and_managed_documents_and_that_of_its_boundary() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("store.db"), &key()).unwrap();
    let id = scan(1).id;
    store.begin_scan(&scan(1)).unwrap();
    let own = page(ACCOUNT, 0..0).policies.remove(0);
    let [known, missing] = ["Known", "Missing"].map(|name| format!("arn:aws:iam::aws:policy/{name}"));
    let attached = |arn: &str| AttachedPolicy { arn: arn.to_owned(), name: "p".to_owned() };
    let mut role = collected(ACCOUNT, "/", "whole", 1);
    role.role.attached_policies = Some([&own.arn, &known, &missing].map(|arn| attached(arn)).to_vec());
    role.role.permissions_boundary = Boundary::Policy(own.arn.clone());
    let mut listed = collected(ACCOUNT, "/", "without", 2);
    listed.inline_policies = None;
    listed.role.inline_policy_names = None;
    listed.role.attached_policies = None;
    listed.role.permissions_boundary = Boundary::NotCollected;
    store.begin(id, account_id(123)).unwrap();
    // As AWS answers: policies come after the roles.
    let roles = RolePage { roles: vec![role.clone(), listed.clone()], policies: vec![] };
    store.append(id, account_id(123), &roles).unwrap();
    store.append(id, account_id(123), &RolePage { roles: vec![], policies: vec![own.clone()] }).unwrap();
    store.finish(id, &record(account_id(123), Coverage::Scanned, 2)).unwrap();
    let kept = rolesweep_model::AwsManagedPolicy {
        arn: known.clone(),
        version: "v7".to_owned(),
        document: Some("{7}".to_owned()),
        calls: BTreeMap::new(),
    };
    store.keep_aws_policy(id, &kept).unwrap();

    let stored = store.stored_documents(id, account_id(123)).unwrap();
    let inline = role.inline_policies.unwrap().remove(0);
    assert!(stored.weight() > inline.document.len());
    let documents = store.aws_managed_policies(id).unwrap();
    stored
        .lend(&documents, |lent| {
            let policy = |name, text| PolicyDocument { name, text };
            let whole = RoleDocuments {
                inline: Some(vec![policy(inline.name.as_str(), Some(inline.document.as_str()))]),
                attached: Some(vec![
                    policy(&own.arn, own.document.as_deref()),
                    policy(&known, Some("{7}")),
                    policy(&missing, None),
                ]),
                boundary: Boundary::Policy(policy(&own.arn, own.document.as_deref())),
            };
            assert_eq!(lent.of(&role.role), whole);
            let nothing = RoleDocuments { inline: None, attached: None, boundary: Boundary::NotCollected };
            assert_eq!(lent.of(&listed.role), nothing);
            Ok::<_, StoreError>(())
        })
        .unwrap();
}
