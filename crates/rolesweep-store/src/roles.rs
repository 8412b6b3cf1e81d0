//! An account's roles: as they are stored, and decoded.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use rolesweep_model::{AccountId, Role, ScanId, Text};

use crate::blob::{RolesBlob, settle};
use crate::error::{Result, StoreError};
use crate::fault::{At as _, damaged};
use crate::store::Store;

impl Store {
    /// An account's roles without inline documents, ordered by ARN, each once. There are none if
    /// the account is not finished.
    ///
    /// Pages that do not overlap are read one at a time. Only pages whose ARNs overlap are held
    /// together.
    ///
    /// # Errors
    /// If reading fails; each role may fail too.
    pub fn roles(&self, scan: ScanId, account: AccountId) -> Result<impl Iterator<Item = Result<Role>>> {
        let parts = self.stored_roles(scan, account)?;
        Ok(parts.flat_map(|part| match part.and_then(|part| part.together(&part.records()?)) {
            Ok(roles) => roles.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }))
    }

    /// The same roles as they are stored, in parts. One thread reads them, and others can decode
    /// them.
    ///
    /// # Errors
    /// If reading fails; each part may fail too.
    pub fn stored_roles(&self, scan: ScanId, account: AccountId) -> Result<StoredParts<'_>> {
        // Ordered here for the reason that `numbered_scans` has.
        let mut pages: BTreeMap<(String, i64), String> = BTreeMap::new();
        self.with(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT page.id, first_arn, last_arn FROM page JOIN account USING (scan, account_id) \
                 WHERE scan = ?1 AND account_id = ?2 AND record IS NOT NULL AND roles IS NOT NULL \
                     AND page.attempt = account.attempt",
            )?;
            let mut rows = statement.query([&scan.to_string(), account.as_str()])?;
            while let Some(row) = rows.next()? {
                if pages.insert((row.get(1)?, row.get(0)?), row.get(2)?).is_some() {
                    return Err(damaged("a page occurs twice"));
                }
            }
            Ok(())
        })?;
        let mut groups: VecDeque<Group> = VecDeque::new();
        for ((first, page), last) in pages {
            match groups.back_mut() {
                Some(group) if first <= group.last => {
                    group.pages.insert(page);
                    group.last = last.max(std::mem::take(&mut group.last));
                }
                _ => groups.push_back(Group { pages: BTreeSet::from([page]), last }),
            }
        }
        Ok(StoredParts { store: self, account, groups })
    }
}

/// The ids of pages whose ARNs overlap. Ids grow in the order in which the account answered.
#[derive(Debug)]
struct Group {
    pages: BTreeSet<i64>,
    last: String,
}

/// The parts of an account's roles, ordered by ARN ([`Store::stored_roles`]).
#[derive(Debug)]
pub struct StoredParts<'s> {
    store: &'s Store,
    account: AccountId,
    groups: VecDeque<Group>,
}

impl StoredParts<'_> {
    fn load(&self, group: &Group) -> Result<StoredRoles> {
        self.store.with(|conn| {
            let mut statement =
                conn.prepare_cached("SELECT roles, first_arn, last_arn FROM page WHERE id = ?1")?;
            let mut pages = Vec::new();
            for page in &group.pages {
                let mut rows = statement.query([page])?;
                let row = rows.next()?.ok_or_else(|| damaged("a page is missing"))?;
                let blob = row.get_ref(0).and_then(|value| Ok(value.as_blob()?))?;
                let blob = RolesBlob::new(blob)?;
                pages.push(StoredPage { blob, first: row.get(1)?, last: row.get(2)? });
            }
            Ok(StoredRoles { path: self.store.path.clone(), account: self.account, pages })
        })
    }
}

impl Iterator for StoredParts<'_> {
    type Item = Result<StoredRoles>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = self.groups.pop_front()?;
        let part = self.load(&group);
        if part.is_err() {
            self.groups.clear();
        }
        Some(part)
    }
}

/// Consecutive roles, still encoded: of one page, or of several whose ARNs overlap.
#[derive(Debug)]
pub struct StoredRoles {
    /// The store that they are from, for errors.
    path: PathBuf,
    account: AccountId,
    pages: Vec<StoredPage>,
}

/// A page of roles, and the ARNs of its first and last role, which are stored beside it.
#[derive(Debug)]
struct StoredPage {
    blob: RolesBlob,
    first: String,
    last: String,
}

impl StoredRoles {
    /// The weight of the roles' texts while they are read; each counts as often as it comes. A
    /// limit on what is held at once can count it. Copied roles take a small multiple.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.pages.iter().map(|page| page.blob.weight()).fold(0, usize::saturating_add)
    }

    /// Passes the roles to `show` one after the other, ordered by ARN, each once. The roles of one
    /// page are not held together.
    ///
    /// # Errors
    /// If they are damaged or another version wrote them, or if `show` fails.
    pub fn visit<E: From<StoreError>>(
        &self,
        show: impl FnMut(&Role<&str>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let records = self.records()?;
        if let ([page], [record]) = (self.pages.as_slice(), records.as_slice()) {
            return self.each(page, record, show);
        }
        self.together(&records)?.iter().try_for_each(show)
    }

    fn records(&self) -> Result<Vec<Vec<u8>>> {
        self.pages.iter().map(|page| page.blob.record().at(&self.path)).collect()
    }

    fn together<'r, S: Text<'r> + Clone + Ord>(&self, records: &'r [Vec<u8>]) -> Result<Vec<Role<S>>> {
        let mut roles: Vec<Role<S>> = Vec::new();
        for (page, record) in self.pages.iter().zip(records) {
            self.each(page, record, |role| {
                roles.push(role.clone());
                Ok::<_, StoreError>(())
            })?;
        }
        settle(&mut roles, |role| role);
        Ok(roles)
    }

    /// Passes the roles of one page to `show`. The page has to be the one that belongs there: a
    /// page that replaces another one is damage too.
    fn each<'r, S: Text<'r> + Ord, E: From<StoreError>>(
        &self,
        page: &StoredPage,
        record: &'r [u8],
        mut show: impl FnMut(&Role<S>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let wrong = |detail| E::from(damaged(detail).at(&self.path));
        let mut roles = page.blob.read(record).at(&self.path)?;
        let mut before: Option<Role<S>> = None;
        while let Some(role) = roles.advance().at(&self.path)? {
            let belongs = match &before {
                None => role.arn.as_str() == page.first && role.arn.account_id() == self.account,
                Some(before) => role.arn.as_str().starts_with(before.arn.head()),
            };
            if !belongs {
                return Err(wrong("a page of roles is not the one that belongs there"));
            }
            if before.is_some_and(|before| (&before.arn, &before.role_id) >= (&role.arn, &role.role_id)) {
                return Err(wrong("the roles of a page are out of order"));
            }
            show(&role)?;
            before = Some(role);
        }
        let is_whole = before.map_or(page.last.is_empty(), |before| before.arn.as_str() == page.last);
        if is_whole { Ok(()) } else { Err(wrong("a page of roles does not end where it should")) }
    }
}
