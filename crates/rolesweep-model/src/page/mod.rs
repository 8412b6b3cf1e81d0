//! The stored form of a page of roles: one record whose named fields are columns.
//!
//! A page has each name once and not once for each role. The form still allows additions: a page
//! that was stored before a fact existed lacks its columns, and a missing column is zero for every
//! role, which means "not collected". Each text is kept once, one after the other, and a role has
//! the numbers of its texts. Numbers take as few bytes as they need. So a page before compression
//! is smaller than its texts, and reading it does not allocate memory for each text.
//!
//! [`Role`] declares the facts, and [`fact`] says how each kind of fact is written.

pub(crate) mod fact;
pub(crate) mod numbers;
pub(crate) mod texts;

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::arn::RoleArn;
use crate::encode::{DecodeError, borrow, encode};
use crate::ids::RoleId;
use crate::role::Role;
use fact::{Text, next_evidence, push_evidence};
use numbers::{Column, Cursor, Numbers};
use texts::{StoredTexts, Texts, split};

/// A page as it is stored.
#[derive(Serialize, Deserialize)]
struct Columns<'a> {
    /// How many roles there are.
    roles: u64,
    /// Texts that several roles may have, one after the other, and their lengths.
    texts: &'a str,
    #[serde(borrow)]
    text_lengths: Column<'a>,
    /// The roles' ARNs, one after the other, and their lengths.
    arns: &'a str,
    arn_lengths: Column<'a>,
    /// The roles' ids, one after the other, and their lengths.
    role_ids: &'a str,
    role_id_lengths: Column<'a>,
    /// An instant for each role.
    created_at: Column<'a>,
    /// 0 `GetAccountAuthorizationDetails`, 1 `GetRole`, 2 `ListRoles`.
    evidence: Column<'a>,
    /// The columns of the other facts, by name.
    #[serde(flatten)]
    facts: BTreeMap<&'a str, Column<'a>>,
}

/// A page of roles as a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRecord {
    /// The record, as [`RoleReader::new`] takes it.
    pub bytes: Vec<u8>,
    /// About how many bytes the roles take once they are read. A text that several of them have
    /// counts for each. A reader must know it before it trusts a record, because a few bytes of a
    /// record can stand for any number of long texts.
    pub weight: usize,
}

/// Makes a record of a page of roles, in the order given.
///
/// # Errors
/// Those of MessagePack, which has none for these types.
pub fn encode_page<'r>(
    roles: impl IntoIterator<Item = &'r Role>,
) -> Result<PageRecord, rmp_serde::encode::Error> {
    let names = Role::<String>::columns();
    let mut facts = vec![Numbers::default(); names.len()];
    let mut texts = Texts::default();
    let (mut arns, mut arn_lengths) = (String::new(), Numbers::default());
    let (mut role_ids, mut role_id_lengths) = (String::new(), Numbers::default());
    let (mut created_at, mut evidence) = (Numbers::default(), Numbers::default());
    let mut count = 0;
    for role in roles {
        count += 1;
        texts.append(role.arn.as_str(), &mut arns, &mut arn_lengths);
        texts.append(role.role_id.as_str(), &mut role_ids, &mut role_id_lengths);
        created_at.push_instant(role.created_at);
        push_evidence(role.evidence, &mut evidence);
        role.write_facts(&mut facts, &mut texts);
    }
    let columns = Columns {
        roles: count,
        texts: &texts.all,
        text_lengths: texts.lengths.counted(),
        arns: &arns,
        arn_lengths: arn_lengths.column(),
        role_ids: &role_ids,
        role_id_lengths: role_id_lengths.column(),
        created_at: created_at.column(),
        evidence: evidence.column(),
        facts: names.into_iter().zip(facts.iter().map(Numbers::column)).collect(),
    };
    Ok(PageRecord { bytes: encode(&columns)?, weight: texts.weight })
}

/// The roles of a page's record, one at a time. `S` is the type of their texts; `&str` borrows from
/// the record.
#[derive(Debug)]
pub struct RoleReader<'a, S = &'a str> {
    left: u64,
    texts: StoredTexts<'a>,
    arns: &'a str,
    arn_lengths: Cursor<'a>,
    role_ids: &'a str,
    role_id_lengths: Cursor<'a>,
    created_at: Cursor<'a>,
    evidence: Cursor<'a>,
    facts: Vec<Cursor<'a>>,
    roles: PhantomData<S>,
}

impl<'a, S: Text<'a>> RoleReader<'a, S> {
    /// Begins to read a record, whose roles must have this [`weight`](PageRecord::weight).
    ///
    /// # Errors
    /// If it is damaged, or another version wrote it.
    pub fn new(record: &'a [u8], weight: usize) -> Result<Self, DecodeError> {
        let columns: Columns<'a> = borrow(record)?;
        let fact = |name| columns.facts.get(name).copied().unwrap_or_default().read();
        Ok(Self {
            left: columns.roles,
            texts: StoredTexts::new(columns.texts, columns.text_lengths, weight)?,
            arns: columns.arns,
            arn_lengths: columns.arn_lengths.read(),
            role_ids: columns.role_ids,
            role_id_lengths: columns.role_id_lengths.read(),
            created_at: columns.created_at.read(),
            evidence: columns.evidence.read(),
            facts: Role::<S>::columns().into_iter().map(fact).collect(),
            roles: PhantomData,
        })
    }

    /// The next role; `None` after the last one.
    ///
    /// # Errors
    /// If the record is damaged. The roles before may be wrong too.
    pub fn advance(&mut self) -> Result<Option<Role<S>>, DecodeError> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => return self.check_end().map(|()| None),
        }
        let (arn, arns) = split(self.arns, &mut self.arn_lengths)?;
        let (role_id, role_ids) = split(self.role_ids, &mut self.role_id_lengths)?;
        (self.arns, self.role_ids) = (arns, role_ids);
        let arn = RoleArn::checked(self.texts.weigh(arn)?.into())
            .map_err(|_| DecodeError::Page("an ARN is not that of a role"))?;
        let role_id = RoleId::checked(self.texts.weigh(role_id)?.into())
            .map_err(|_| DecodeError::Page("a role's id is malformed"))?;
        let created_at = self.created_at.next_instant()?;
        let evidence = next_evidence(&mut self.evidence)?;
        let mut role = Role::new(arn, role_id, created_at, evidence);
        role.read_facts(&mut self.facts, &mut self.texts)?;
        Ok(Some(role))
    }

    /// Checks that nothing follows the last role.
    fn check_end(&self) -> Result<(), DecodeError> {
        let ended = self.arns.is_empty()
            && self.role_ids.is_empty()
            && self.texts.left() == 0
            && [&self.arn_lengths, &self.role_id_lengths, &self.created_at, &self.evidence]
                .into_iter()
                .chain(&self.facts)
                .all(Cursor::is_empty);
        if ended { Ok(()) } else { Err(DecodeError::Page("it holds more or less than its roles need")) }
    }
}

#[cfg(test)]
mod tests;
