//! The lists of IAM, in pages.

use std::ops::Range;

use super::{Request, write};
use crate::error::ServiceError;
use crate::hash::Hash;
use crate::paging::{Markers, Position, slice};
use crate::world::{ListedIn, Policy};
use crate::xml::Xml;

/// A page of a list.
struct Page {
    items: Range<usize>,
    truncated: bool,
    marker: Option<String>,
}

impl Page {
    /// Which of the `count` items after the position `from` of the whole list are on the page.
    fn of(&self, from: usize, count: usize) -> Range<usize> {
        let clamp = |place: usize| place.clamp(from, from + count) - from;
        clamp(self.items.start)..clamp(self.items.end)
    }

    fn write_end(&self, xml: &mut Xml) {
        xml.boolean("IsTruncated", self.truncated);
        if let Some(marker) = &self.marker {
            xml.text("Marker", marker);
        }
    }
}

/// The parameters that all lists have.
struct Paging {
    asked: u32,
    at: Position,
    list: String,
}

impl Request<'_> {
    /// Reads the parameters. `list` distinguishes the list from others, so that their markers do
    /// not mix.
    fn paging(&self, list: &str) -> Result<Paging, ServiceError> {
        let list = format!("{list} {}", self.account.spec.id);
        let asked = match self.form.get("MaxItems") {
            None => 100,
            Some(text) => match text.parse::<i64>() {
                Ok(number @ 1..=1000) => u32::try_from(number).unwrap_or_default(),
                Ok(1001..) => {
                    return Err(ServiceError::constraint(
                        text,
                        "maxItems",
                        "have value less than or equal to 1000",
                    ));
                }
                Ok(_) => {
                    return Err(ServiceError::constraint(
                        text,
                        "maxItems",
                        "have value greater than or equal to 1",
                    ));
                }
                Err(_) => return Err(ServiceError::new(400, "MalformedInput", "MaxItems is not a number")),
            },
        };
        let at = match self.form.get("Marker") {
            None => Position::default(),
            Some(marker) => {
                self.markers(&list).read(marker).ok_or_else(|| ServiceError::validation("Invalid Marker."))?
            }
        };
        Ok(Paging { asked, at, list })
    }

    fn markers<'m>(&'m self, list: &'m str) -> Markers<'m> {
        Markers { key: self.call.state.marker_key(), list }
    }

    fn page(&self, paging: &Paging, total: usize) -> Page {
        let organization = &self.call.world().organization;
        let mut size = paging.asked.min(organization.wire.iam_page).max(1) as usize;
        let hash = Hash::new(organization.seed, "short page").text(&paging.list);
        if organization.wire.short_pages && hash.number(u64::from(paging.at.page)).below(4) == 0 {
            // AWS says that a page can always have fewer items than requested although there are
            // more.
            let left = total.saturating_sub(paging.at.offset as usize);
            size = size.min(left.div_ceil(2).max(1));
        }
        let slice = slice(total, paging.at, size, None);
        let markers = self.markers(&paging.list);
        let account = &self.call.credential.account;
        let (truncated, next) = match self.call.state.behavior.injection.endless_list(account) {
            None => (slice.next.is_some(), slice.next),
            Some(endless) => (true, endless.next(paging.at, slice.next, slice.items.end)),
        };
        let marker = next.map(|position| markers.write(position));
        Page { items: slice.items, truncated, marker }
    }
}

/// `ListRoles`: without last use, tags and boundary.
pub(super) fn roles(request: &Request<'_>) -> Result<String, ServiceError> {
    let prefix = request.form.get("PathPrefix").unwrap_or("/");
    if !prefix.starts_with('/') || prefix.len() > 512 {
        return Err(ServiceError::validation(
            "The specified value for pathPrefix is invalid. It must begin with / and contain at most 512 characters.",
        ));
    }
    let paging = request.paging(&format!("iam:ListRoles {prefix}"))?;
    let account = &request.account;
    let resource = account.arn("role", prefix, "");
    request.authorize("iam:ListRoles", &resource, &resource)?;
    let listed = account.places_without(ListedIn::DetailsOnly);
    let matching: Option<Vec<usize>> = if prefix == "/" {
        listed
    } else {
        let listed = listed.unwrap_or_else(|| (0..account.role_count()).collect());
        Some(listed.into_iter().filter(|&place| account.role_at(place).path.starts_with(prefix)).collect())
    };
    let total = matching.as_ref().map_or(account.role_count(), Vec::len);
    let page = request.page(&paging, total);
    let writer = request.writer();
    Ok(request.respond("ListRoles", |xml| {
        page.write_end(xml);
        xml.within("Roles", |xml| {
            for place in page.items.clone() {
                let place = matching.as_ref().map_or(place, |matching| matching[place]);
                let role = account.role_at(place);
                xml.within("member", |xml| writer.role(xml, &role, write::Form::ListRoles));
            }
        });
    }))
}

/// `ListAccountAliases`: at most one.
pub(super) fn account_aliases(request: &Request<'_>) -> Result<String, ServiceError> {
    let paging = request.paging("iam:ListAccountAliases")?;
    request.authorize("iam:ListAccountAliases", "*", "*")?;
    let alias = &request.account.spec.alias;
    let page = request.page(&paging, usize::from(alias.is_some()));
    Ok(request.respond("ListAccountAliases", |xml| {
        page.write_end(xml);
        xml.within("AccountAliases", |xml| {
            if let Some(alias) = alias.as_ref().filter(|_| !page.items.is_empty()) {
                xml.text("member", alias);
            }
        });
    }))
}

/// What `GetAccountAuthorizationDetails` lists, in this order, as one list over all pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Role,
    User,
    Group,
    LocalManagedPolicy,
    AwsManagedPolicy,
}

impl Kind {
    const ALL: [(&'static str, Self); 5] = [
        ("Role", Self::Role),
        ("User", Self::User),
        ("Group", Self::Group),
        ("LocalManagedPolicy", Self::LocalManagedPolicy),
        ("AWSManagedPolicy", Self::AwsManagedPolicy),
    ];
}

fn kinds(request: &Request<'_>) -> Result<Vec<Kind>, ServiceError> {
    let filter = request.form.members("Filter", "");
    let mut kinds = Vec::new();
    for word in &filter {
        let (_, kind) = Kind::ALL.iter().find(|(known, _)| known == word).ok_or_else(|| {
            let words: Vec<&str> = Kind::ALL.iter().map(|(word, _)| *word).collect();
            ServiceError::constraint(
                &format!("[{}]", filter.join(", ")),
                "filter",
                &format!("satisfy constraint: [Member must satisfy enum value set: [{}]]", words.join(", ")),
            )
        })?;
        kinds.push(*kind);
    }
    if kinds.is_empty() {
        kinds.extend(Kind::ALL.map(|(_, kind)| kind));
    }
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

/// About how many bytes a role takes. The answer's buffer then rarely has to grow.
const ROLE_BYTES: usize = 2_500;

/// `GetAccountAuthorizationDetails`: roles with everything except description and session duration.
pub(super) fn authorization_details(request: &Request<'_>) -> Result<String, ServiceError> {
    let kinds = kinds(request)?;
    let paging = request.paging(&format!("iam:GetAccountAuthorizationDetails {kinds:?}"))?;
    request.authorize("iam:GetAccountAuthorizationDetails", "*", "*")?;
    let account = &request.account;
    let wanted = |kind| kinds.contains(&kind);
    let mut policies: Vec<Policy> = Vec::new();
    if wanted(Kind::LocalManagedPolicy) {
        policies.extend(account.policies());
    }
    if wanted(Kind::AwsManagedPolicy) {
        policies.extend(account.aws_managed_policies());
    }
    let listed = account.places_without(ListedIn::ListRolesOnly);
    let all = listed.as_ref().map_or(account.role_count(), Vec::len);
    let roles = if wanted(Kind::Role) { all } else { 0 };
    let users: &[String] = if wanted(Kind::User) { &account.spec.users } else { &[] };
    let page = request.page(&paging, roles + users.len() + policies.len());
    let of = |from, count| page.of(from, count);
    let writer = request.writer();
    Ok(request.respond("GetAccountAuthorizationDetails", |xml| {
        xml.reserve(of(0, roles).len() * ROLE_BYTES);
        page.write_end(xml);
        xml.within("UserDetailList", |xml| {
            for name in &users[of(roles, users.len())] {
                xml.within("member", |xml| user(xml, request, name));
            }
        });
        xml.empty("GroupDetailList");
        xml.within("RoleDetailList", |xml| {
            for place in of(0, roles) {
                let place = listed.as_ref().map_or(place, |listed| listed[place]);
                let role = account.role_at(place);
                xml.within("member", |xml| writer.role_detail(xml, &role));
            }
        });
        xml.within("Policies", |xml| {
            for policy in &policies[of(roles + users.len(), policies.len())] {
                xml.within("member", |xml| writer.policy_detail(xml, policy));
            }
        });
    }))
}

/// How many roles `GetAccountAuthorizationDetails` will have on the page.
pub(super) fn roles_on_page(request: &Request<'_>) -> Result<usize, ServiceError> {
    let kinds = kinds(request)?;
    let paging = request.paging(&format!("iam:GetAccountAuthorizationDetails {kinds:?}"))?;
    request.authorize("iam:GetAccountAuthorizationDetails", "*", "*")?;
    // Roles come first. What follows them matters only to pages that are short by chance.
    let all = || {
        let listed = request.account.places_without(ListedIn::ListRolesOnly);
        listed.map_or(request.account.role_count(), |listed| listed.len())
    };
    let roles = if kinds.contains(&Kind::Role) { all() } else { 0 };
    Ok(request.page(&paging, roles).of(0, roles).len())
}

fn user(xml: &mut Xml, request: &Request<'_>, name: &str) {
    let account = &request.account;
    xml.text("Path", "/");
    xml.text("UserName", name);
    xml.text("UserId", &account.unique_id("AIDA", name, 0));
    xml.text("Arn", &account.arn("user", "/", name));
    xml.instant("CreateDate", account.spec.joined);
    xml.empty("GroupList");
    xml.empty("AttachedManagedPolicies");
}
