//! Paths that end in another role of the account.

use hashbrown::HashMap;
use rolesweep_model::text::count;
use rolesweep_policy::{Context, Fact, Resource};

use super::super::ask::{Policies, Reply};
use super::super::asked::Asked;
use super::super::level::PrivilegeLevel;
use super::super::names;
use super::super::rule::Findings;
use super::found::add;
use super::paths::{self, Needs, Path, pass_role};
use crate::catalogue::Target;
use crate::risk::roles::{AccountRoles, Administrator, RoleFacts};

/// Finds the paths that end in a role of the account.
pub(crate) fn find(policies: &Policies<'_>, account: &AccountRoles, findings: &mut Findings) {
    let mut among = Among { policies, account, passed: HashMap::new() };
    for path in paths::within(policies) {
        match path.path.target {
            Target::PassedRole(to) => among.pass(path, to, findings),
            Target::OtherRole => among.other(path, findings),
            _ => {}
        }
    }
}

struct Among<'p, 'a> {
    policies: &'p Policies<'a>,
    account: &'p AccountRoles,
    passed: HashMap<&'static str, Passed<'p, 'a>>,
}

/// What is known of passing roles to a service.
#[derive(Clone, Copy)]
struct Passed<'p, 'a> {
    /// An administrator that may be passed.
    administrator: Option<(Reply<'a>, &'p RoleFacts)>,
    /// A role that may be passed and may be an administrator.
    perhaps: Option<&'p RoleFacts>,
    /// Any role that may be passed, also one that does not exist yet.
    any: Reply<'a>,
    /// How many roles trust the service.
    trusting: usize,
}

impl<'p, 'a> Among<'p, 'a> {
    fn pass(&mut self, path: &Path, services: &'static [&'static str], findings: &mut Findings) {
        let others = path.each(|asked| {
            // Asked for each role.
            if paths::is_pass_role(asked) { Reply::Perhaps(None) } else { self.policies.anywhere(asked) }
        });
        if others.is_empty() {
            return;
        }
        let with = |pass: Reply<'a>| -> Vec<Reply<'a>> {
            let each = others.iter().zip(&path.actions);
            each.map(|(other, asked)| if paths::is_pass_role(asked) { pass } else { *other }).collect()
        };
        let all: Vec<(&str, Passed<'p, 'a>)> =
            services.iter().map(|service| (*service, self.passed(service))).collect();
        if path.path.existing.is_none() {
            let found = all.iter().filter_map(|(service, passed)| Some((service, passed.administrator?)));
            if let Some((service, (reply, role))) = found.max_by_key(|(_, (reply, _))| reply.rank()) {
                let name = names::short(role.name());
                let needs = format!("; may pass {name}, an administrator that trusts {service}");
                add(findings, path.path, &with(reply), PrivilegeLevel::Escalate, &needs);
                return;
            }
            for role in all.iter().filter_map(|(_, passed)| passed.perhaps) {
                findings.may_be(PrivilegeLevel::Escalate, || {
                    let name = names::short(role.name());
                    format!(
                        "it may pass {name} by {}, and nobody can say what that role may do",
                        path.path.id
                    )
                });
            }
        }
        let Some((service, passed)) = all.into_iter().max_by_key(|(_, passed)| passed.any.rank()) else {
            return;
        };
        let existing = path.path.existing.map(|existing| format!(", and {existing}")).unwrap_or_default();
        let known = match passed.administrator {
            Some(_) => "one of them an administrator",
            None => "none known as administrator",
        };
        let roles = match passed.trusting {
            0 => format!("no role of the account trusts {service}"),
            1 => format!("1 role of the account trusts {service}, {known}"),
            number => format!("{} of the account trust {service}, {known}", count(number as u64, "role")),
        };
        let needs = format!("; needs a role with more rights{existing}: {roles}");
        add(findings, path.path, &with(passed.any), PrivilegeLevel::EscalateDependent, &needs);
    }

    /// What may be passed to a service. Looked for once for all paths.
    fn passed(&mut self, service: &'static str) -> Passed<'p, 'a> {
        if let Some(known) = self.passed.get(service) {
            return *known;
        }
        let mut passed = Passed {
            administrator: None,
            perhaps: None,
            any: Reply::No,
            trusting: self.account.trusting(service).count(),
        };
        if let Some(asked) = pass_role() {
            let names = [service.to_owned(), format!("{service}.cn")];
            let known = if self.policies.place.partition == "aws-cn" { 2 } else { 1 };
            let mut any = Reply::No;
            for name in names.into_iter().take(known) {
                let context = self.policies.context.clone().with("iam:PassedToService", Fact::value(name));
                any = any.or(|| self.passed_as(asked, &[context], service, &mut passed));
            }
            passed.any = any;
        }
        self.passed.insert(service, passed);
        passed
    }

    fn passed_as(
        &self,
        asked: &Asked,
        contexts: &[Context],
        service: &str,
        passed: &mut Passed<'p, 'a>,
    ) -> Reply<'a> {
        if !self.policies.is_granted_in(asked, contexts) {
            return Reply::No;
        }
        let ask = |role: &RoleFacts| self.policies.ask(&asked.question, &self.resource(role), contexts);
        let mut any = self.policies.wide(asked, self.policies.set, contexts);
        let of =
            |is: Administrator| self.account.trusting(service).filter(move |role| role.administrator == is);
        for role in of(Administrator::Yes) {
            let reply = ask(role);
            if let Reply::Yes(_) = reply {
                let better = passed.administrator.map_or(Reply::No, |(known, _)| known);
                if reply.rank() > better.rank() {
                    passed.administrator = Some((reply, role));
                }
                if reply.is_sure() {
                    break;
                }
            } else if let Reply::Perhaps(_) = reply {
                passed.perhaps = Some(role);
            }
            any = any.or(|| reply);
        }
        if passed.administrator.is_none() && passed.perhaps.is_none() {
            let unread = self
                .account
                .all()
                .iter()
                .filter(|role| role.trusts.is_unknown && role.administrator != Administrator::No);
            for role in of(Administrator::Unknown).chain(unread) {
                let reply = ask(role);
                if !reply.is_no() {
                    passed.perhaps = Some(role);
                    any = any.or(|| reply);
                    break;
                }
            }
        }
        if any.is_no() {
            any = of(Administrator::No).map(ask).find(|reply| !reply.is_no()).unwrap_or(Reply::No);
        }
        if any.is_no() && !self.account.is_whole() {
            // The role that it names may be one that the scan did not see.
            any = self.policies.ask(&asked.question, &self.any_role(), contexts);
        }
        any
    }

    /// Paths on another role: they change it, or who may assume it.
    fn other(&self, path: &Path, findings: &mut Findings) {
        if !path.actions.iter().all(|asked| self.policies.is_granted(asked)) {
            return;
        }
        let Some(needs) = path.other_role() else { return };
        let mut best: Option<(Vec<Reply<'a>>, &RoleFacts)> = None;
        for role in self.account.all() {
            let is_fit = self.fits(role, needs);
            if is_fit == Some(false) {
                continue;
            }
            let replies = path.each(|asked| self.on_role(asked, role));
            let Some(reply) = replies.iter().copied().reduce(Reply::and) else { continue };
            if is_fit.is_none() {
                findings.may_be(PrivilegeLevel::Escalate, || {
                    format!("nobody can say whether {} reaches {}", path.path.id, names::short(role.name()))
                });
                continue;
            }
            let known = best.as_ref().and_then(|(replies, _)| replies.iter().copied().reduce(Reply::and));
            if known.is_none_or(|known| reply.rank() > known.rank()) {
                best = Some((replies, role));
            }
            if reply.is_sure() {
                break;
            }
        }
        if let Some((replies, role)) = best {
            let what = if needs.administrator { ", an administrator" } else { "" };
            let needs = format!("; on the role {}{what}", names::short(role.name()));
            add(findings, path.path, &replies, PrivilegeLevel::Escalate, &needs);
            return;
        }
        let replies = path.each(|asked| self.policies.anywhere(asked));
        let needs = "; needs another role with more rights";
        add(findings, path.path, &replies, PrivilegeLevel::EscalateDependent, needs);
    }

    /// Whether another role is what a path needs; none if nobody can say.
    fn fits(&self, role: &RoleFacts, needs: Needs) -> Option<bool> {
        // A role that can do this to itself has a smaller path.
        let own = || self.policies.own.split_once(":role/").map_or("", |(_, resource)| resource);
        if !role.is_changeable()
            || (needs.customer_policy && !role.has_customer_policy)
            || (needs.trust && *role.resource == *own())
        {
            return Some(false);
        }
        let trust = match needs.trust {
            true => role.trusts.may_be(self.policies.own, self.policies.place.account),
            false => Some(true),
        };
        match (needs.administrator, role.administrator) {
            (true, Administrator::No) => Some(false),
            (true, Administrator::Unknown) => trust.filter(|fits| !fits),
            _ => trust,
        }
    }

    fn on_role(&self, asked: &Asked, role: &RoleFacts) -> Reply<'a> {
        if asked.action.name().contains("PolicyVersion") {
            return self.policies.anywhere(asked);
        }
        self.policies.ask(&asked.question, &self.resource(role), self.policies.contexts_of(asked))
    }

    fn resource(&self, role: &RoleFacts) -> Resource {
        let place = self.policies.place;
        Resource::named(&format!("arn:{}:iam::{}:role/{}", place.partition, place.account, role.resource))
    }

    fn any_role(&self) -> Resource {
        let place = self.policies.place;
        Resource::like(&format!("arn:{}:iam::{}:role/*", place.partition, place.account))
    }
}
