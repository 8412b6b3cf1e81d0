//! Roles come back once each and ordered, however the account answered.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rolesweep_model::{Coverage, InlinePolicy, RoleArn, RoleId, RolePage};
use rolesweep_store::{EncodedPage, Store};

use crate::documents::inline_documents;
use crate::support::{account, account_id, collected, key, record, scan};

const ACCOUNT: &str = "000000000123";

/// Pages of (role, its path, which answer for it this is, whether the answer has documents).
fn answers() -> impl Strategy<Value = Vec<Vec<(u64, bool, u32, bool)>>> {
    let answer = (0..40_u64, any::<bool>(), any::<u32>(), any::<bool>());
    proptest::collection::vec(proptest::collection::vec(answer, 0..12), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn roles_come_back_once_each_ordered_by_arn_with_the_latest_answer(pages in answers(), encoded in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db"), &key()).unwrap();
        let id = scan(1).id;
        store.begin_scan(&scan(1)).unwrap();
        store.begin(id, account_id(123)).unwrap();
        let mut roles = BTreeMap::new();
        let mut documents: BTreeMap<RoleId, Vec<InlinePolicy>> = BTreeMap::new();
        for answers in &pages {
            let mut page = RolePage::default();
            for &(number, deep, answer, with_documents) in answers {
                // The path belongs to the name, so that an id keeps its ARN.
                let path = if number % 3 == 0 { "/deep/path/" } else { "/" };
                let mut role = collected(ACCOUNT, path, &format!("r{}", number / 2), number);
                role.role.description = Some(format!("{answer} {deep}"));
                if !with_documents {
                    role.inline_policies = if deep { None } else { Some(vec![]) };
                    role.role.inline_policy_names = if deep { None } else { Some(vec![]) };
                }
                let role_id = role.role.role_id.clone();
                match &role.inline_policies {
                    Some(policies) if !policies.is_empty() => documents.insert(role_id.clone(), policies.clone()),
                    _ => documents.remove(&role_id),
                };
                let arn: RoleArn = role.role.arn.clone();
                roles.insert((arn, role_id), role.role.clone());
                page.roles.push(role);
            }
            if encoded {
                store.append_encoded(id, account_id(123), &EncodedPage::new(&page).unwrap()).unwrap();
            } else {
                store.append(id, account_id(123), &page).unwrap();
            }
        }
        store.finish(id, &record(account_id(123), Coverage::Partial, 0)).unwrap();
        let read: Vec<_> = store.roles(id, account_id(123)).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(read, roles.into_values().collect::<Vec<_>>());
        prop_assert_eq!(inline_documents(&store, id, account_id(123)), documents);
    }
}

#[test]
fn accounts_stream_in_order_over_many_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("store.db"), &key()).unwrap();
    store.begin_scan(&scan(1)).unwrap();
    for count in [0_u64, 256, 1000] {
        let numbers: Vec<u64> = (0..count).map(|number| number * 7919 % 1_000_003).collect();
        let accounts: Vec<_> = numbers.iter().copied().map(account).collect();
        store.discovered(scan(1).id, &accounts).unwrap();
        let read: Vec<_> =
            store.accounts(scan(1).id).unwrap().map(|entry| entry.unwrap().account.id).collect();
        assert_eq!(read.len() as u64, count);
        assert!(read.is_sorted());
    }
    assert!(store.accounts(scan(2).id).is_err());
}
