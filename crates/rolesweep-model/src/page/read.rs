//! From a page's record to roles.

use jiff::Timestamp;

use super::Columns;
use super::numbers::Cursor;
use super::texts::{StoredTexts, split};
use crate::arn::RoleArn;
use crate::encode::{DecodeError, borrow};
use crate::ids::RoleId;
use crate::role::{AttachedPolicy, Boundary, Evidence, InstanceProfile, LastUse, Role, Tag};

/// The roles of a page's record, which they borrow their texts from, one at a time: each takes the place of the one before, so that none needs
/// memory of its own.
pub struct RoleReader<'a> {
    role: Role<&'a str>,
    left: u64,
    texts: StoredTexts<'a>,
    arns: &'a str,
    arn_lengths: Cursor<'a>,
    role_ids: &'a str,
    role_id_lengths: Cursor<'a>,
    created_at: Cursor<'a>,
    last_use: Cursor<'a>,
    last_used_at: Cursor<'a>,
    last_used_region: Cursor<'a>,
    evidence: Cursor<'a>,
    trust_policy: Cursor<'a>,
    attached_policies: Cursor<'a>,
    inline_policy_names: Cursor<'a>,
    permissions_boundary: Cursor<'a>,
    tags: Cursor<'a>,
    instance_profiles: Cursor<'a>,
    description: Cursor<'a>,
    max_session_seconds: Cursor<'a>,
}

impl<'a> RoleReader<'a> {
    /// Looks at a record, whose roles must have this [`weight`](crate::PageRecord::weight).
    ///
    /// # Errors
    /// When it is damaged, or of another version.
    pub fn new(record: &'a [u8], weight: usize) -> Result<Self, DecodeError> {
        let columns: Columns<'a> = borrow(record)?;
        Ok(Self {
            role: nobody(),
            left: columns.roles,
            texts: StoredTexts::new(columns.texts, columns.text_lengths, weight)?,
            arns: columns.arns,
            arn_lengths: columns.arn_lengths.read(),
            role_ids: columns.role_ids,
            role_id_lengths: columns.role_id_lengths.read(),
            created_at: columns.created_at.read(),
            last_use: columns.last_use.read(),
            last_used_at: columns.last_used_at.read(),
            last_used_region: columns.last_used_region.read(),
            evidence: columns.evidence.read(),
            trust_policy: columns.trust_policy.read(),
            attached_policies: columns.attached_policies.read(),
            inline_policy_names: columns.inline_policy_names.read(),
            permissions_boundary: columns.permissions_boundary.read(),
            tags: columns.tags.read(),
            instance_profiles: columns.instance_profiles.read(),
            description: columns.description.read(),
            max_session_seconds: columns.max_session_seconds.read(),
        })
    }

    /// The next role; `None` behind the last one.
    ///
    /// # Errors
    /// When the record is damaged. What came before may be wrong too.
    pub fn advance(&mut self) -> Result<Option<&Role<&'a str>>, DecodeError> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => return self.check_end().map(|()| None),
        }
        let (arn, arns) = split(self.arns, &mut self.arn_lengths)?;
        let (role_id, role_ids) = split(self.role_ids, &mut self.role_id_lengths)?;
        (self.arns, self.role_ids) = (arns, role_ids);
        let (texts, role) = (&mut self.texts, &mut self.role);
        role.arn = RoleArn::after(&role.arn, texts.weigh(arn)?)
            .map_err(|_| DecodeError::Page("an ARN is not that of a role"))?;
        role.role_id = RoleId::try_from(texts.weigh(role_id)?)
            .map_err(|_| DecodeError::Page("a role's id is malformed"))?;
        role.created_at = self.created_at.next_instant()?;
        role.last_use = match self.last_use.next()? {
            0 => LastUse::NotCollected,
            1 => LastUse::NoneRecorded,
            2 => LastUse::Used {
                at: self.last_used_at.next_instant()?,
                region: text(&mut self.last_used_region, texts)?,
            },
            _ => return Err(UNKNOWN),
        };
        role.evidence = match self.evidence.next()? {
            0 => Evidence::AuthorizationDetails,
            1 => Evidence::GetRole,
            2 => Evidence::ListRoles,
            _ => return Err(UNKNOWN),
        };
        role.trust_policy = text(&mut self.trust_policy, texts)?;
        list(&mut self.attached_policies, texts, &mut role.attached_policies, |[arn, name]| {
            AttachedPolicy { arn, name }
        })?;
        list(&mut self.inline_policy_names, texts, &mut role.inline_policy_names, |[name]| name)?;
        role.permissions_boundary = match self.permissions_boundary.next()? {
            0 => Boundary::NotCollected,
            1 => Boundary::Absent,
            number => Boundary::Policy(texts.get(number - 2)?),
        };
        list(&mut self.tags, texts, &mut role.tags, |[key, value]| Tag { key, value })?;
        list(&mut self.instance_profiles, texts, &mut role.instance_profiles, |[arn, name]| {
            InstanceProfile { arn, name }
        })?;
        role.description = text(&mut self.description, texts)?;
        let seconds = self.max_session_seconds.next_option()?;
        role.max_session_seconds = seconds.map(u32::try_from).transpose().map_err(|_| UNKNOWN)?;
        Ok(Some(&self.role))
    }

    /// Behind the last role there is nothing.
    fn check_end(&self) -> Result<(), DecodeError> {
        let ended = self.arns.is_empty()
            && self.role_ids.is_empty()
            && self.texts.left() == 0
            && [
                &self.arn_lengths,
                &self.role_id_lengths,
                &self.created_at,
                &self.last_use,
                &self.last_used_at,
                &self.last_used_region,
                &self.evidence,
                &self.trust_policy,
                &self.attached_policies,
                &self.inline_policy_names,
                &self.permissions_boundary,
                &self.tags,
                &self.instance_profiles,
                &self.description,
                &self.max_session_seconds,
            ]
            .iter()
            .all(|cursor| cursor.is_empty());
        if ended { Ok(()) } else { Err(DecodeError::Page("it holds more or less than its roles need")) }
    }
}

impl std::fmt::Debug for RoleReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RoleReader").field("left", &self.left).finish_non_exhaustive()
    }
}

const UNKNOWN: DecodeError = DecodeError::Page("a value has a meaning that this version does not know");

/// What a reader has before its first role, and never gives out.
fn nobody() -> Role<&'static str> {
    Role {
        arn: RoleArn::NONE,
        role_id: RoleId::NONE,
        created_at: Timestamp::UNIX_EPOCH,
        last_use: LastUse::NotCollected,
        evidence: Evidence::ListRoles,
        trust_policy: None,
        attached_policies: None,
        inline_policy_names: None,
        permissions_boundary: Boundary::NotCollected,
        tags: None,
        instance_profiles: None,
        description: None,
        max_session_seconds: None,
    }
}

fn text<'a>(column: &mut Cursor<'a>, texts: &mut StoredTexts<'a>) -> Result<Option<&'a str>, DecodeError> {
    column.next_option()?.map(|number| texts.get(number)).transpose()
}

/// A list of items of so many texts, in the memory of the one before.
fn list<'a, T, const TEXTS: usize>(
    column: &mut Cursor<'a>,
    texts: &mut StoredTexts<'a>,
    list: &mut Option<Vec<T>>,
    item: impl Fn([&'a str; TEXTS]) -> T,
) -> Result<(), DecodeError> {
    let Some(length) = column.next_option()? else {
        *list = None;
        return Ok(());
    };
    let list = list.get_or_insert_default();
    list.clear();
    for _ in 0..length {
        let mut parts = [""; TEXTS];
        for part in &mut parts {
            *part = texts.get(column.next()?)?;
        }
        list.push(item(parts));
    }
    Ok(())
}
