//! From roles to a page's record.

use super::Columns;
use super::numbers::Numbers;
use super::texts::Texts;
use crate::encode::encode;
use crate::role::{Boundary, Evidence, LastUse, Role};

/// A page of roles as a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRecord {
    /// The record, as [`RoleReader::new`](crate::RoleReader::new) takes it.
    pub bytes: Vec<u8>,
    /// About how many bytes the roles take once they are read, texts that several of them have counted for each: what must be known before
    /// a record is trusted, in which a few bytes can stand for any number of long texts.
    pub weight: usize,
}

/// A page of roles as a record, in the order given.
///
/// # Errors
/// Those of MessagePack, which has none for these types.
pub fn encode_page<'r>(
    roles: impl IntoIterator<Item = &'r Role>,
) -> Result<PageRecord, rmp_serde::encode::Error> {
    let mut page = Page::default();
    let mut texts = Texts::new();
    for role in roles {
        page.push(role, &mut texts);
    }
    let columns = Columns {
        roles: page.roles,
        texts: &texts.all,
        text_lengths: texts.lengths.counted(),
        arns: &page.arns,
        arn_lengths: page.arn_lengths.column(),
        role_ids: &page.role_ids,
        role_id_lengths: page.role_id_lengths.column(),
        created_at: page.created_at.column(),
        last_use: page.last_use.column(),
        last_used_at: page.last_used_at.column(),
        last_used_region: page.last_used_region.column(),
        evidence: page.evidence.column(),
        trust_policy: page.trust_policy.column(),
        attached_policies: page.attached_policies.column(),
        inline_policy_names: page.inline_policy_names.column(),
        permissions_boundary: page.permissions_boundary.column(),
        tags: page.tags.column(),
        instance_profiles: page.instance_profiles.column(),
        description: page.description.column(),
        max_session_seconds: page.max_session_seconds.column(),
    };
    Ok(PageRecord { bytes: encode(&columns)?, weight: texts.weight })
}

/// The columns of a page that is being written.
#[derive(Default)]
struct Page {
    roles: u64,
    arns: String,
    arn_lengths: Numbers,
    role_ids: String,
    role_id_lengths: Numbers,
    created_at: Numbers,
    last_use: Numbers,
    last_used_at: Numbers,
    last_used_region: Numbers,
    evidence: Numbers,
    trust_policy: Numbers,
    attached_policies: Numbers,
    inline_policy_names: Numbers,
    permissions_boundary: Numbers,
    tags: Numbers,
    instance_profiles: Numbers,
    description: Numbers,
    max_session_seconds: Numbers,
}

impl Page {
    fn push<'r>(&mut self, role: &'r Role, texts: &mut Texts<'r>) {
        self.roles += 1;
        texts.append(role.arn.as_str(), &mut self.arns, &mut self.arn_lengths);
        texts.append(role.role_id.as_str(), &mut self.role_ids, &mut self.role_id_lengths);
        self.created_at.push_instant(role.created_at);
        match &role.last_use {
            LastUse::NotCollected => self.last_use.push(0),
            LastUse::NoneRecorded => self.last_use.push(1),
            LastUse::Used { at, region } => {
                self.last_use.push(2);
                self.last_used_at.push_instant(*at);
                self.last_used_region.push_option(region.as_deref().map(|region| texts.number(region)));
            }
        }
        self.evidence.push(match role.evidence {
            Evidence::AuthorizationDetails => 0,
            Evidence::GetRole => 1,
            Evidence::ListRoles => 2,
        });
        self.trust_policy.push_option(role.trust_policy.as_deref().map(|document| texts.number(document)));
        let policies = role.attached_policies.as_deref();
        pairs(&mut self.attached_policies, texts, policies, |policy| [&policy.arn, &policy.name]);
        let names = role.inline_policy_names.as_deref();
        list(&mut self.inline_policy_names, names, |column, name| column.push(texts.number(name)));
        match &role.permissions_boundary {
            Boundary::NotCollected => self.permissions_boundary.push(0),
            Boundary::Absent => self.permissions_boundary.push(1),
            Boundary::Policy(arn) => self.permissions_boundary.push(texts.number(arn) + 2),
        }
        pairs(&mut self.tags, texts, role.tags.as_deref(), |tag| [&tag.key, &tag.value]);
        let profiles = role.instance_profiles.as_deref();
        pairs(&mut self.instance_profiles, texts, profiles, |profile| [&profile.arn, &profile.name]);
        self.description.push_option(role.description.as_deref().map(|text| texts.number(text)));
        self.max_session_seconds.push_option(role.max_session_seconds.map(u64::from));
    }
}

fn list<'r, T>(column: &mut Numbers, items: Option<&'r [T]>, mut push: impl FnMut(&mut Numbers, &'r T)) {
    column.push_option(items.map(|items| items.len() as u64));
    for item in items.unwrap_or_default() {
        push(column, item);
    }
}

fn pairs<'r, T>(
    column: &mut Numbers,
    texts: &mut Texts<'r>,
    items: Option<&'r [T]>,
    parts: impl Fn(&'r T) -> [&'r String; 2],
) {
    list(column, items, |column, item| {
        parts(item).into_iter().for_each(|part| column.push(texts.number(part)))
    });
}
