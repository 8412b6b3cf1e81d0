//! Pages of roles on their way into a store and out of it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::Timestamp;
use rolesweep_model::{
    Access, AccountFilter, AccountId, AccountRecord, CallerIdentity, CollectParameters, CollectedRole,
    Coverage, InlinePolicy, Partition, Role, RoleArn, RoleId, RolePage, RoleReader, Scan, ScanId, Scope,
    Source, decode,
};
use rolesweep_store::{AwsManagedPolicies, EncodedPage, Store, StoreError};
use tempfile::TempDir;

/// A store that stays open for all inputs of a thread, because opening one takes longer than
/// testing an input.
struct Open {
    store: Store,
    scan: ScanId,
    account: AccountId,
    _folder: TempDir,
}

thread_local! {
    static OPEN: RefCell<Open> = RefCell::new(Open::new());
}

/// The pages of an account. Each has the record of its roles and the record of their inline
/// policies. Two bytes before each record give its length, the low byte first. The roles of a page
/// may come in any order here, and more than once.
pub fn pages(mut data: &[u8]) {
    let mut pages: Vec<Vec<CollectedRole>> = Vec::new();
    while let Some(roles) = part(&mut data) {
        pages.push(page(roles, part(&mut data).unwrap_or_default()));
    }
    if pages.iter().flatten().count() <= MOST {
        OPEN.with_borrow_mut(|open| open.check(pages));
    }
}

/// How many roles an input may have.
const MOST: usize = 64;

/// How much the roles of a page may weigh.
const WEIGHT: usize = 1024 * 1024;

/// Takes the next bytes, or as many as there are.
fn part<'a>(data: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = data.split_first_chunk()?;
    let (part, rest) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
    *data = rest;
    Some(part)
}

/// The roles of a page that can be read.
fn page(record: &[u8], inline: &[u8]) -> Vec<CollectedRole> {
    let Ok(mut roles) = RoleReader::<String>::new(record, WEIGHT) else { return Vec::new() };
    let mut inline = decode::<Vec<Option<Vec<InlinePolicy>>>>(inline).unwrap_or_default().into_iter();
    let mut collected = Vec::new();
    // Only the end of a record shows whether it has as much as it says.
    while let Ok(Some(mut role)) = roles.advance()
        && collected.len() <= MOST
    {
        let mut inline_policies = inline.next().flatten();
        // As AWS answers: the names are those of the policies, and each is there once.
        inline_policies.iter_mut().for_each(|policies| {
            policies.sort_by(|a, b| a.name.cmp(&b.name));
            policies.dedup_by(|a, b| a.name == b.name);
        });
        let names =
            inline_policies.as_ref().map(|policies| policies.iter().map(|policy| policy.name.clone()));
        role.inline_policy_names = names.map(Iterator::collect);
        collected.push(CollectedRole { role, inline_policies });
    }
    collected
}

impl Open {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let account: AccountId = "000000000123".parse().expect("an account id");
        let scan = Scan {
            id: ScanId::generate(Timestamp::UNIX_EPOCH),
            started_at: Timestamp::UNIX_EPOCH,
            tool_version: String::new(),
            source: Source::Demo,
            endpoints_overridden: Vec::new(),
            caller: CallerIdentity { account_id: account, arn: String::new(), partition: Partition::aws() },
            organization: None,
            scope: Scope::Named,
            parameters: CollectParameters {
                role_name: String::new(),
                external_id: false,
                session_name: String::new(),
                session_seconds: 0,
                filter: AccountFilter::default(),
                named_accounts_only: true,
                managed_policies: false,
                cross_check: false,
            },
            clock_difference_seconds: None,
            end: None,
        };
        let mut store = Store::open(&folder.path().join("store.db"), &scan.store_key()).expect("a new store");
        store.begin_scan(&scan).expect("its first scan");
        Self { store, scan: scan.id, account, _folder: folder }
    }

    fn check(&mut self, pages: Vec<Vec<CollectedRole>>) {
        let Self { store, scan, account, .. } = self;
        let (scan, account) = (*scan, *account);
        store.begin(scan, account).expect("an account can be begun again");
        for roles in &pages {
            let page = RolePage { roles: roles.clone(), policies: Vec::new() };
            let page = EncodedPage::new(&page).expect("a small page");
            let is_elsewhere = |collected: &CollectedRole| collected.role.arn.account_id() != account;
            let appended = store.append_encoded(scan, account, &page);
            if roles.iter().any(is_elsewhere) {
                assert!(matches!(appended, Err(StoreError::OtherAccount { .. })), "{appended:?}");
                return;
            }
            appended.expect("a page of an account that was begun");
        }
        store.finish(scan, &record(account)).expect("an account that was begun");
        let roles = store.roles(scan, account).expect("a finished account");
        let roles: Vec<Role> = roles.map(|role| role.expect("a role that was written")).collect();
        let documents = store.stored_documents(scan, account).expect("a finished account");

        assert!(roles.is_sorted_by(|a, b| a.arn <= b.arn), "in the order of their ARNs: {roles:?}");
        let mut latest: BTreeMap<(RoleArn, RoleId), CollectedRole> = BTreeMap::new();
        for collected in pages.into_iter().flatten() {
            latest.insert((collected.role.arn.clone(), collected.role.role_id.clone()), collected);
        }
        let ids: BTreeMap<&RoleId, ()> = latest.keys().map(|(_, id)| (id, ())).collect();
        if ids.len() < latest.len() {
            // IAM cannot move a role, so an id always has the same ARN. Here it may not, and only
            // the order is promised.
            return;
        }
        assert!(
            roles.iter().eq(latest.values().map(|collected| &collected.role)),
            "each once, the latest: {roles:?}"
        );
        let lent = documents.lend(&AwsManagedPolicies::default(), |lent| {
            for collected in latest.values() {
                let expected = collected.inline_policies.as_deref().unwrap_or_default();
                let expected: Vec<_> = expected
                    .iter()
                    .map(|policy| (policy.name.as_str(), Some(policy.document.as_str())))
                    .collect();
                let found = lent.of(&collected.role).inline.unwrap_or_default();
                let found: Vec<_> = found.iter().map(|policy| (policy.name, policy.text)).collect();
                assert_eq!(found, expected);
            }
            Ok::<_, StoreError>(())
        });
        lent.expect("documents that were written");
    }
}

fn record(account_id: AccountId) -> AccountRecord {
    AccountRecord {
        account_id,
        coverage: Coverage::Scanned,
        reason: None,
        access: Some(Access::AuditRole),
        roles: 0,
        unknown_roles: 0,
        cross_check: None,
        calls: BTreeMap::new(),
        started_at: Timestamp::UNIX_EPOCH,
        finished_at: Timestamp::UNIX_EPOCH,
    }
}
