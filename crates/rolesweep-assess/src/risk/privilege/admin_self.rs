//! Roles that can make themselves administrators.

use rolesweep_policy::{Resource, Selection, Verdict};

use super::admin_full;
use super::ask::{Held, Policies, Reply};
use super::asked::Asked;
use super::code::Code;
use super::level::PrivilegeLevel;
use super::names;
use super::patterns;
use super::rule::{Finding, Findings, PrivilegeRule};
use crate::guides::privilege as guides;
use crate::risk::Confidence;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "admin-self",
    title: "The role can make itself an administrator",
    level: "admin",
    meaning: "Its policies allow it to change its own policies, or to create a role and give it any policy, and no permissions boundary stops that.",
    guide: guides::ADMIN_SELF,
};

/// How evidence ends without a boundary, and with one.
pub(super) const ENDS: [&str; 2] = ["; no boundary", "; the boundary does not stop it"];

/// A way to more rights, and how it is held.
struct Way<'a> {
    what: &'static str,
    reply: Reply<'a>,
}

pub(super) fn find(policies: &Policies<'_>, findings: &mut Findings) {
    let mut best: Option<Way<'_>> = None;
    for way in ways(policies) {
        match way.reply {
            Reply::No => {}
            Reply::Perhaps(unclear) => {
                findings.may_be(PrivilegeLevel::Admin, || names::unclear(unclear.as_ref()));
            }
            Reply::Yes(held) => {
                let is_better = |known: &Way<'_>| match known.reply {
                    Reply::Yes(known) => rank(&held) > rank(&known),
                    _ => true,
                };
                if best.as_ref().is_none_or(is_better) {
                    best = Some(way);
                }
            }
        }
    }
    let Some(Way { what, reply: Reply::Yes(held) }) = best else { return };
    let [unbounded, bounded] = ENDS;
    let end = if policies.boundary.is_some() { bounded } else { unbounded };
    findings.found.push(Finding {
        code: Code::AdminSelf,
        level: PrivilegeLevel::Admin,
        confidence: held.confidence,
        is_certain: held.is_certain,
        evidence: format!("administrator: {what}{}{end}", names::because(&held)),
    });
}

fn rank(held: &Held<'_>) -> (bool, Confidence) {
    (held.is_certain, held.confidence)
}

/// An action by its name, if the policies may allow it.
fn may_allow(policies: &Policies<'_>, name: &str) -> Option<&'static Asked> {
    Asked::named(name).filter(|asked| policies.may_allow(asked))
}

/// The ways that the policies leave open.
fn ways<'a>(policies: &Policies<'a>) -> Vec<Way<'a>> {
    let on_self = |name: &str| match may_allow(policies, name) {
        // Its own boundary is looked at below.
        Some(asked) if policies.boundary.is_some() => policies.on(asked, policies.own),
        Some(asked) => on(policies, asked, policies.own),
        None => Reply::No,
    };
    let on_attached = |name: &str| {
        let Some(asked) = may_allow(policies, name) else { return Reply::No };
        let each = policies.attached.iter().map(|arn| on(policies, asked, arn));
        each.reduce(|one, two| one.or(|| two)).unwrap_or(Reply::No)
    };
    let changes = [
        ("iam:PutRolePolicy on itself", on_self("iam:PutRolePolicy")),
        ("iam:AttachRolePolicy on itself", on_self("iam:AttachRolePolicy")),
        ("iam:CreatePolicyVersion on a policy of its own", on_attached("iam:CreatePolicyVersion")),
        (
            "iam:SetDefaultPolicyVersion on a policy of its own, if an older version allows more",
            // Nobody reads the older versions.
            on_attached("iam:SetDefaultPolicyVersion").at_most(Confidence::Medium),
        ),
    ];
    let mut ways: Vec<Way<'a>> = Vec::new();
    if changes.iter().any(|(_, reply)| !reply.is_no()) {
        let unbounded = unbounded(policies);
        ways.extend(changes.map(|(what, reply)| Way { what, reply: bounded(reply, unbounded) }));
    }
    let anywhere = |name: &str| match may_allow(policies, name) {
        Some(asked) => policies.wide(asked, policies.set, policies.contexts_without_boundary(asked)),
        None => Reply::No,
    };
    let create = anywhere("iam:CreateRole");
    if !create.is_no() {
        // The new role trusts whoever creates it, and has no boundary.
        let put = create.and(anywhere("iam:PutRolePolicy"));
        let attach = create.and(anywhere("iam:AttachRolePolicy"));
        ways.push(Way { what: "iam:CreateRole + iam:PutRolePolicy on any role", reply: put });
        ways.push(Way { what: "iam:CreateRole + iam:AttachRolePolicy on any role", reply: attach });
    }
    ways.extend(new_roles(policies));
    ways
}

/// New roles whose names a policy limits, such as `role/app-*`: one that does not exist yet is as good
/// as any. A name without wildcards may be taken.
fn new_roles<'a>(policies: &Policies<'a>) -> Vec<Way<'a>> {
    let all = ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"].map(Asked::named);
    let [Some(create), Some(put), Some(attach)] = all else { return Vec::new() };
    let mut ways = Vec::new();
    if !policies.may_allow(create) {
        return ways;
    }
    for grant in policies.grants(create) {
        let Some(Selection::Only(patterns)) = grant.resources else { continue };
        for pattern in patterns.iter().filter(|pattern| pattern.contains(":role/")) {
            let Some(arn) = patterns::filled(pattern, policies.place.name, policies.place.account) else {
                continue;
            };
            // A deny may be about this name and a few others.
            let role = Resource::unnamed(&arn, pattern);
            let created = on_role(policies, create, &role);
            ways.push(Way {
                what: "iam:CreateRole + iam:PutRolePolicy on new roles of some names",
                reply: created.and(on_role(policies, put, &role)),
            });
            ways.push(Way {
                what: "iam:CreateRole + iam:AttachRolePolicy on new roles of some names",
                reply: created.and(on_role(policies, attach, &role)),
            });
        }
    }
    ways
}

/// Whether an action is allowed on a role or policy that no boundary limits. A permission for bounded
/// roles only (`iam:PermissionsBoundary`) makes no administrator.
fn on<'a>(policies: &Policies<'a>, asked: &Asked, arn: &str) -> Reply<'a> {
    on_role(policies, asked, &Resource::named(arn))
}

fn on_role<'a>(policies: &Policies<'a>, asked: &Asked, role: &Resource) -> Reply<'a> {
    policies.ask(&asked.question, role, policies.contexts_without_boundary(asked))
}

/// How the role's own boundary leaves everything open: not at all, or surely, or perhaps.
#[derive(Clone, Copy)]
enum Unbounded {
    No,
    Unclear,
    Sure(Confidence),
}

/// Whether the role's boundary allows everything, or can be removed by the role. It can give itself
/// the right to remove it, so only the boundary and the denies of its policies count.
fn unbounded(policies: &Policies<'_>) -> Unbounded {
    let Some(boundary) = policies.boundary else { return Unbounded::Sure(Confidence::High) };
    match admin_full::reply(policies, boundary) {
        Reply::Yes(held) if held.is_certain => return Unbounded::Sure(held.confidence),
        Reply::Yes(_) | Reply::Perhaps(_) => return Unbounded::Unclear,
        Reply::No => {}
    }
    for name in ["iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"] {
        let Some(asked) = Asked::named(name) else { continue };
        let answer = policies.set.answer(&asked.question, &Resource::named(policies.own), &policies.context);
        let is_denied = answer.identity.at_most == Verdict::Denied && answer.identity.deny.is_some();
        if let (Some(part), false) = (answer.boundary, is_denied) {
            match (part.at_least, part.at_most) {
                (_, Verdict::Denied) => {}
                (Verdict::Allowed, _) => return Unbounded::Sure(Confidence::High),
                (Verdict::Conditional, _) => return Unbounded::Sure(Confidence::Medium),
                (Verdict::Denied, _) => return Unbounded::Unclear,
            }
        }
    }
    Unbounded::No
}

fn bounded(reply: Reply<'_>, unbounded: Unbounded) -> Reply<'_> {
    match (reply, unbounded) {
        (_, Unbounded::No) => Reply::No,
        (Reply::Yes(held), Unbounded::Unclear) => {
            Reply::Yes(Held { is_certain: false, confidence: Confidence::Low, ..held })
        }
        (reply, Unbounded::Unclear) => reply,
        (reply, Unbounded::Sure(confidence)) => reply.at_most(confidence),
    }
}
