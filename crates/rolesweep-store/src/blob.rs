//! Facts as blobs: the model's encoding, compressed with zstd, with a checksum.
//!
//! A page becomes two blobs. One holds the roles without inline documents, which every report
//! reads. The other holds the documents, which few reports read. The blob of the roles begins with
//! their weight, because a reader has to know it before it decodes them.

use std::cell::RefCell;
use std::error::Error;
use std::io;

use rolesweep_model::{
    CollectedRole, DecodeError, InlinePolicy, ManagedPolicy, Role, RoleArn, RoleId, RolePage, RoleReader,
    ScanEnd, Text, borrow, decode, encode, encode_page,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe;

use crate::error::{Result, StoreError};
use crate::fault::Fault;

/// zstd's level. Measured with `examples/measure.rs` on 100,000 made-up roles (about 1.2 kB each as
/// JSON, random names and ids, pages of 100 and 200), before pages had columns: the sizes at levels
/// 1, 3 and 5 differed by less than 1 %, and encoding took 1.0 µs, 1.2 µs and 2.4 µs a role.
const LEVEL: i32 = 1;

/// The most bytes that a blob may hold before compression, and the most that its roles may weigh.
/// It limits what a hostile file can make a reader allocate. A page is made of at most 32 MiB of an
/// answer; the rest is margin.
const LIMIT: usize = 256 * 1024 * 1024;

/// The largest ratio of a record's size to the weight of its roles. The record has each of their
/// texts at most once, and a number takes at most ten bytes. A text has one number, and a role has
/// seventeen more.
const RECORD: usize = 4;

/// The bytes that a record may take besides that: the names of its columns.
const EMPTY: usize = 4096;

/// A page of an account's facts as it is stored: encoded and compressed, which is most of the work
/// of storing it.
///
/// Any thread can make one, so that the one writer has little to do and little to hold.
#[derive(Debug, Clone)]
pub struct EncodedPage {
    pub(crate) roles: Option<EncodedRoles>,
    pub(crate) documents: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
pub(crate) struct EncodedRoles {
    pub(crate) first: RoleArn,
    pub(crate) last: RoleArn,
    pub(crate) blob: Vec<u8>,
}

impl EncodedPage {
    /// Encodes a page.
    ///
    /// # Errors
    /// [`StoreError::PageTooLarge`] for a page that is too large to be read again.
    pub fn new(page: &RolePage) -> Result<Self> {
        let mut collected: Vec<&CollectedRole> = page.roles.iter().collect();
        settle(&mut collected, |collected| &collected.role);
        let inline = collected.iter().filter_map(|collected| {
            let policies = collected.inline_policies.as_deref().filter(|policies| !policies.is_empty())?;
            Some((&collected.role.role_id, policies))
        });
        let documents = PageDocuments { inline: inline.collect(), managed: &page.policies };
        let ends = collected.first().zip(collected.last());
        let roles = ends.map(|(first, last)| {
            let (first, last) = (first.role.arn.clone(), last.role.arn.clone());
            pack_roles(&collected).map(|blob| EncodedRoles { first, last, blob })
        });
        let is_empty = documents.inline.is_empty() && documents.managed.is_empty();
        let documents = (!is_empty).then(|| pack(&documents));
        Ok(Self { roles: roles.transpose()?, documents: documents.transpose()? })
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.roles.as_ref().map_or(0, |roles| roles.blob.len()) + self.documents.as_ref().map_or(0, Vec::len)
    }

    /// Whether there is nothing on the page.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A page's documents as they are written. Roles without documents have no entry:
/// [`inline_policy_names`](rolesweep_model::Role::inline_policy_names) tells whether there are none
/// or none were collected.
#[derive(Serialize)]
struct PageDocuments<'a> {
    inline: Vec<(&'a RoleId, &'a [InlinePolicy])>,
    managed: &'a [ManagedPolicy],
}

/// A page's documents as they are read: texts are borrowed from the record.
#[derive(Deserialize)]
pub(crate) struct StoredDocuments<'a> {
    #[serde(borrow)]
    pub(crate) inline: Vec<(&'a str, Vec<StoredInline<'a>>)>,
    pub(crate) managed: Vec<StoredManaged<'a>>,
}

/// An [`InlinePolicy`].
#[derive(Deserialize)]
pub(crate) struct StoredInline<'a> {
    pub(crate) name: &'a str,
    pub(crate) document: &'a str,
}

/// The part of a [`ManagedPolicy`] that decides what a role may do.
#[derive(Deserialize)]
pub(crate) struct StoredManaged<'a> {
    pub(crate) arn: &'a str,
    pub(crate) document: Option<&'a str>,
}

pub(crate) fn read_documents(record: &[u8]) -> Result<StoredDocuments<'_>, Fault> {
    Ok(borrow(record)?)
}

/// How a scan ended, and how many accounts its list had then. If fewer are there, the store is
/// damaged in a way that SQLite does not notice.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredEnd {
    pub(crate) end: ScanEnd,
    pub(crate) accounts: u64,
}

/// Orders roles by ARN, then id, and keeps the last answer for each role.
///
/// A role can come twice if other roles are created or deleted while the account is paged. One ARN
/// can stand for two ids, if a role is deleted and created again meanwhile; both are facts. An id
/// never changes its ARN: IAM cannot rename or move a role.
///
/// The sort is stable, and merges parts that are ordered already.
pub(crate) fn settle<T, S: Ord>(roles: &mut Vec<T>, role: impl Fn(&T) -> &Role<S>) {
    let order = |a: &T, b: &T| {
        let (a, b) = (role(a), role(b));
        a.arn.cmp(&b.arn).then_with(|| a.role_id.cmp(&b.role_id))
    };
    roles.sort_by(order);
    roles.dedup_by(|later, earlier| {
        let same = order(later, earlier).is_eq();
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
}

/// A blob of roles: their weight, and the compressed record.
fn pack_roles(roles: &[&CollectedRole]) -> Result<Vec<u8>> {
    let record = encode_page(roles.iter().map(|collected| &collected.role)).map_err(not_encoded)?;
    let bytes = record.weight.max(record.bytes.len());
    match u32::try_from(record.weight) {
        Ok(weight) if bytes <= LIMIT => {
            Ok([weight.to_le_bytes().as_slice(), &compress(&record.bytes)?].concat())
        }
        _ => Err(StoreError::PageTooLarge(bytes)),
    }
}

#[derive(Debug, Clone)]
pub(crate) struct RolesBlob {
    weight: usize,
    frame: Vec<u8>,
}

impl RolesBlob {
    /// Splits a blob into its weight and its frame. Does not decompress the frame.
    pub(crate) fn new(blob: &[u8]) -> Result<Self, Fault> {
        let (weight, frame) = blob.split_first_chunk().ok_or(DecodeError::Empty)?;
        let weight = u32::from_le_bytes(*weight) as usize;
        if weight > LIMIT { Err(nonsense()) } else { Ok(Self { weight, frame: frame.to_owned() }) }
    }

    /// The weight that the blob states. [`RoleReader`] refuses roles of another weight.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }

    /// The record of the page, for [`Self::read`].
    pub(crate) fn record(&self) -> Result<Vec<u8>, Fault> {
        decompress(&self.frame, self.weight.saturating_mul(RECORD).saturating_add(EMPTY).min(LIMIT))
    }

    pub(crate) fn read<'a, S: Text<'a>>(&self, record: &'a [u8]) -> Result<RoleReader<'a, S>, Fault> {
        Ok(RoleReader::new(record, self.weight)?)
    }
}

pub(crate) fn pack<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    pack_record(&encode(value).map_err(not_encoded)?)
}

fn not_encoded(error: impl Error + Send + Sync + 'static) -> StoreError {
    StoreError::Encode(Box::new(error))
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let compressed = COMPRESSOR.with_borrow_mut(|known| match known {
        Some(compressor) => compressor.compress(bytes),
        None => {
            let mut compressor = Compressor::new(LEVEL)?;
            // Four bytes a blob: if the disk loses a bit, the result is an error and not another
            // fact.
            compressor.include_checksum(true)?;
            known.insert(compressor).compress(bytes)
        }
    });
    compressed.map_err(not_encoded)
}

/// A record that is encoded already, for [`decompress_record`].
pub(crate) fn pack_record(record: &[u8]) -> Result<Vec<u8>> {
    if record.len() > LIMIT { Err(StoreError::PageTooLarge(record.len())) } else { compress(record) }
}

pub(crate) fn decompress_record(blob: &[u8]) -> Result<Vec<u8>, Fault> {
    decompress(blob, LIMIT)
}

pub(crate) fn unpack<T: DeserializeOwned>(blob: &[u8]) -> Result<T, Fault> {
    Ok(decode(&decompress(blob, LIMIT)?)?)
}

thread_local! {
    /// zstd's own memory for compressing and decompressing, 100 kB and more. Allocating and freeing
    /// it for each blob takes about as long as the blob itself. One blob leaves no trace in the
    /// next, also after an error.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Allocates as much as the frame says that it holds. Refuses a frame that does not say it, which
/// ours always do, or that says more than the limit.
fn decompress(blob: &[u8], limit: usize) -> Result<Vec<u8>, Fault> {
    let size = decompressed_size(blob).filter(|&size| size <= limit).ok_or_else(nonsense)?;
    let bytes = DECOMPRESSOR.with_borrow_mut(|known| match known {
        Some(decompressor) => decompressor.decompress(blob, size),
        None => known.insert(Decompressor::new()?).decompress(blob, size),
    });
    bytes.map_err(Fault::Compression)
}

/// How many bytes a frame says that it holds.
pub(crate) fn decompressed_size(blob: &[u8]) -> Option<usize> {
    let size = zstd_safe::get_frame_content_size(blob).ok().flatten();
    size.and_then(|size| usize::try_from(size).ok())
}

fn nonsense() -> Fault {
    Fault::Compression(io::Error::new(io::ErrorKind::InvalidData, "no sensible size"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rolesweep_model::Scan;

    use super::*;
    use crate::support;

    fn unpack_roles(blob: &[u8]) -> Result<Vec<Role>, Fault> {
        let blob = RolesBlob::new(blob)?;
        let record = blob.record()?;
        let mut reader = blob.read(&record)?;
        let mut roles = Vec::new();
        while let Some(role) = reader.advance()? {
            roles.push(role);
        }
        Ok(roles)
    }

    fn roles(page: &EncodedPage) -> Vec<Role> {
        unpack_roles(&page.roles.as_ref().unwrap().blob).unwrap()
    }

    #[test]
    fn a_page_is_ordered_by_arn_and_keeps_the_later_of_two_answers_for_one_role() {
        let mut early = support::collected("000000000123", "/", "b", 1);
        early.role.description = Some("early".to_owned());
        let mut late = early.clone();
        late.role.description = Some("late".to_owned());
        late.inline_policies = None;
        let page = RolePage {
            roles: vec![early, support::collected("000000000123", "/", "a", 2), late.clone()],
            policies: vec![],
        };
        let encoded = EncodedPage::new(&page).unwrap();
        assert_eq!(roles(&encoded), vec![page.roles[1].role.clone(), late.role]);
        let record = decompress_record(encoded.documents.as_ref().unwrap()).unwrap();
        let documents = read_documents(&record).unwrap();
        assert_eq!(documents.inline.len(), 1, "the later answer holds no documents");
        let ends = encoded.roles.unwrap();
        assert_eq!((ends.first.name(), ends.last.name()), ("a", "b"));
    }

    #[test]
    fn a_page_without_anything_takes_no_bytes() {
        assert!(EncodedPage::new(&RolePage::default()).unwrap().is_empty());
    }

    #[test]
    fn a_small_blob_that_claims_to_be_huge_is_refused() {
        // A frame's header may claim any size: eight bytes, little endian, after the magic and the
        // descriptor 0xE0. All ones mean an unknown size.
        for size in [u64::MAX, u64::MAX - 2, 1 << 60, LIMIT as u64 + 1] {
            let mut bomb = vec![0x28, 0xb5, 0x2f, 0xfd, 0xe0];
            bomb.extend(size.to_le_bytes());
            bomb.extend([1, 0, 0]);
            assert!(matches!(unpack::<Scan>(&bomb), Err(Fault::Compression(_))), "{size}");
            let roles = [&[0; 4], bomb.as_slice()].concat();
            assert!(matches!(unpack_roles(&roles), Err(Fault::Compression(_))), "{size}");
        }
        let zeros = compress(&[0; 10_001]).unwrap();
        assert!(zeros.len() < 100);
        assert!(decompress(&zeros, 10_000).is_err());
        assert_eq!(decompress(&zeros, 10_001).unwrap().len(), 10_001);
    }

    #[test]
    fn every_lost_bit_is_noticed() {
        let page = support::page("000000000123", 0..3);
        let good = EncodedPage::new(&page).unwrap().roles.unwrap().blob;
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            // Some bits of a frame's header mean nothing, but what is read is never another fact.
            // The weight before the frame is as safe: the roles have to weigh what it says.
            if let Ok(roles) = unpack_roles(&bad) {
                assert_eq!(roles, unpack_roles(&good).unwrap());
            }
        }
    }

    #[test]
    fn a_damaged_blob_does_not_spoil_the_next() {
        let page = support::page("000000000123", 0..3);
        let good = EncodedPage::new(&page).unwrap().roles.unwrap().blob;
        let roles = unpack_roles(&good).unwrap();
        for cut in 0..good.len() {
            assert!(unpack_roles(&good[..cut]).is_err());
            assert_eq!(unpack_roles(&good).unwrap(), roles);
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_give_an_error_and_never_a_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            cut in any::<prop::sample::Index>(),
        ) {
            prop_assert!(unpack_roles(&bytes).is_err());
            // The same bytes in a valid frame, so that they reach the decoder.
            let frame = compress(&bytes).unwrap();
            let _ = unpack::<Scan>(&frame);
            let _ = unpack_roles(&[&[0xff, 0xff, 0, 0], frame.as_slice()].concat());
            let good = EncodedPage::new(&support::page("000000000123", 0..2)).unwrap().roles.unwrap().blob;
            prop_assert!(unpack_roles(&good[..cut.index(good.len())]).is_err());
        }
    }
}
