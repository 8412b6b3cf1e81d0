//! The stored form of a history: columns, as a page has them.
//!
//! The roles of the scan are in the order of the store, so that their ids are not repeated. What
//! did not change since the first scan is zero, and takes next to no bytes once compressed. The
//! fingerprints take five bytes a role each, and less if roles share them.

use std::str;

use serde::{Deserialize, Serialize};

use super::access::{AccessPart, PRINT_BYTES};
use super::account::AccountHistory;
use super::entry::{Entry, Part};
use crate::encode::{DecodeError, borrow, encode};
use crate::ids::AccountId;
use crate::page::numbers::{Column, Cursor, Numbers};
use crate::page::texts::split;

/// A history as it is stored.
#[derive(Serialize, Deserialize)]
struct Columns<'a> {
    /// The account, to notice a record that is in another one's place.
    account: &'a str,
    /// How much greater each scan's number is than the one before.
    #[serde(borrow)]
    scans: Column<'a>,
    /// The ids of the last roles, one after the other, and their lengths. The roles before them are
    /// those of the scan.
    role_ids: &'a str,
    role_id_lengths: Column<'a>,
    /// Places in the list of scans. The first of these columns says how many roles there are.
    first: Column<'a>,
    used_since: Column<'a>,
    /// 0, or 1 and an instant.
    earlier_use: Column<'a>,
    access_since: [Column<'a>; AccessPart::ALL.len()],
    /// Five bytes for each role.
    access: [Column<'a>; AccessPart::ALL.len()],
}

impl AccountHistory {
    /// The history of an account as a record.
    ///
    /// # Errors
    /// Those of MessagePack, which has none for these types.
    pub fn encode(&self, account: AccountId) -> Result<Vec<u8>, rmp_serde::encode::Error> {
        let [mut scans, mut lengths, mut first, mut used_since, mut earlier_use] =
            std::array::from_fn(|_| Numbers::default());
        let mut access_since: [Numbers; AccessPart::ALL.len()] = Default::default();
        let mut access: [Vec<u8>; AccessPart::ALL.len()] = Default::default();
        let mut before = 0;
        for number in &self.scans {
            scans.push(u64::try_from(number - before).unwrap_or_default());
            before = *number;
        }
        let mut role_ids = String::new();
        for (id, _) in &self.named {
            role_ids.push_str(id);
            lengths.push(id.len() as u64);
        }
        for entry in self.roles.iter().chain(self.named.iter().map(|(_, entry)| entry)) {
            first.push(entry.first.into());
            used_since.push(entry.used_since.into());
            earlier_use.push(entry.earlier_use.is_some().into());
            if let Some(at) = entry.earlier_use {
                earlier_use.push_instant(at);
            }
            for (at, part) in entry.access.iter().enumerate() {
                access_since[at].push(part.since.into());
                access[at].extend_from_slice(&part.print.to_le_bytes()[..PRINT_BYTES]);
            }
        }
        encode(&Columns {
            account: account.as_str(),
            scans: scans.counted(),
            role_ids: &role_ids,
            role_id_lengths: lengths.counted(),
            first: first.counted(),
            used_since: used_since.column(),
            earlier_use: earlier_use.column(),
            access_since: access_since.each_ref().map(Numbers::column),
            access: access.each_ref().map(|bytes| Column::bytes(bytes)),
        })
    }

    /// A record as the history of this account.
    ///
    /// # Errors
    /// If it is damaged, of another account, or of another version.
    pub fn decode(record: &[u8], account: AccountId) -> Result<Self, DecodeError> {
        let columns: Columns<'_> = borrow(record)?;
        if columns.account != account.as_str() {
            return Err(DecodeError::Page("a history is that of another account"));
        }
        let mut deltas = columns.scans.read();
        let (mut scans, mut number) = (Vec::new(), 0_i64);
        while !deltas.is_empty() {
            let delta = i64::try_from(deltas.next()?).ok().filter(|delta| *delta > 0);
            number = delta.and_then(|delta| number.checked_add(delta)).ok_or(BAD_SCANS)?;
            scans.push(number);
        }
        let mut lengths = columns.role_id_lengths.read();
        let (mut ids, mut rest) = (Vec::new(), columns.role_ids);
        while !lengths.is_empty() {
            let (id, behind) = split(rest, &mut lengths)?;
            (rest, _) = (behind, ids.push(id.to_owned()));
        }
        let mut first = columns.first.read();
        let mut reader = EntryReader {
            scans: scans.len() as u64,
            used_since: columns.used_since.read(),
            earlier_use: columns.earlier_use.read(),
            access_since: columns.access_since.map(Column::read),
            access: columns.access.map(Column::into_bytes),
        };
        let mut roles = Vec::new();
        while !first.is_empty() {
            roles.push(reader.next(first.next()?)?);
        }
        let own = roles.len().checked_sub(ids.len()).filter(|_| rest.is_empty() && reader.is_at_end());
        let named = roles.split_off(own.ok_or(DecodeError::Page("a history does not fit its roles"))?);
        Ok(Self { scans, roles, named: ids.into_iter().zip(named).collect() })
    }
}

const BAD_SCANS: DecodeError = DecodeError::Page("the scans of a history are out of order");

/// The columns of the entries while they are read.
struct EntryReader<'a> {
    scans: u64,
    used_since: Cursor<'a>,
    earlier_use: Cursor<'a>,
    access_since: [Cursor<'a>; AccessPart::ALL.len()],
    access: [&'a [u8]; AccessPart::ALL.len()],
}

impl EntryReader<'_> {
    fn next(&mut self, first: u64) -> Result<Entry, DecodeError> {
        let place = |number: u64| {
            let known = u32::try_from(number).ok().filter(|_| number < self.scans);
            known.ok_or(DecodeError::Page("a history names a scan that it does not have"))
        };
        let (first, used_since) = (place(first)?, place(self.used_since.next()?)?);
        let earlier_use = match self.earlier_use.next()? {
            0 => None,
            _ => Some(self.earlier_use.next_instant()?),
        };
        let mut access = [Part { print: 0, since: 0 }; AccessPart::ALL.len()];
        for (at, part) in access.iter_mut().enumerate() {
            part.since = place(self.access_since[at].next()?)?;
            if let Some((print, rest)) = self.access[at].split_at_checked(PRINT_BYTES) {
                let mut bytes = [0; 8];
                bytes[..PRINT_BYTES].copy_from_slice(print);
                part.print = u64::from_le_bytes(bytes);
                self.access[at] = rest;
            } else if !self.access[at].is_empty() {
                return Err(DecodeError::Page("a fingerprint is cut off"));
            }
        }
        Ok(Entry { first, used_since, earlier_use, access })
    }

    fn is_at_end(&self) -> bool {
        let numbers = [&self.used_since, &self.earlier_use].into_iter().chain(&self.access_since);
        numbers.into_iter().all(Cursor::is_empty) && self.access.iter().all(|bytes| bytes.is_empty())
    }
}
