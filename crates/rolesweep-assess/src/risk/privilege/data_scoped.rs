//! Reading data of resources that a policy names.

use rolesweep_model::text::first_few;

use super::ask::{Held, Policies, Reply};
use super::asked::DATA;
use super::code::Code;
use super::data;
use super::level::PrivilegeLevel;
use super::named::{Named, PATTERNS};
use super::names;
use super::patterns;
use super::rule::{Finding, Findings, PrivilegeRule};
use crate::guides::privilege as guides;

pub(super) const RULE: PrivilegeRule = PrivilegeRule {
    code: "data-scoped",
    title: "The role reads data of named resources",
    level: "data-scoped",
    meaning: "Its policies allow an action that returns data itself on resources that they name.",
    guide: guides::DATA_SCOPED,
};

pub(super) fn find(policies: &Policies<'_>, findings: &mut Findings) {
    let (mut actions, mut what, mut resources) = (Vec::new(), Vec::new(), Vec::new());
    let mut all: Vec<Held<'_>> = Vec::new();
    for (asked, thing) in DATA.iter() {
        if !policies.is_granted(asked) {
            continue;
        }
        if let Reply::Yes(held) = policies.anywhere(asked)
            && held.is_certain
        {
            continue;
        }
        let probe = asked.action.resources(&policies.place);
        let is_meant = |pattern: &str| probe.iter().any(|probe| is_of_kind(pattern, probe));
        let contexts = policies.contexts_of(asked);
        let mut named = Named::new(policies, &asked.question, contexts, PATTERNS);
        for grant in policies.grants(asked) {
            match named.of(&grant, is_meant) {
                (Reply::No, _) => {}
                (Reply::Perhaps(unclear), _) => {
                    findings.may_be(PrivilegeLevel::DataScoped, || names::unclear(unclear.as_ref()));
                }
                (Reply::Yes(held), resource) => {
                    let action = asked.action.to_string();
                    if !actions.contains(&action) {
                        actions.push(action);
                    }
                    if !what.contains(thing) {
                        what.push(*thing);
                    }
                    let resource = resource.map_or_else(|| "all but some".to_owned(), names::short);
                    if !resources.contains(&resource) {
                        resources.push(resource);
                    }
                    all.push(Held { by: grant.ground, ..held });
                }
            }
        }
    }
    let Some((is_certain, confidence)) = data::surest(&all) else { return };
    findings.found.push(Finding {
        code: Code::DataScoped,
        level: PrivilegeLevel::DataScoped,
        confidence,
        is_certain,
        evidence: format!(
            "{}: {} on {}{}",
            data::reading(&what, "named keys", " of named resources"),
            names::actions(&actions, 3),
            first_few(&resources, 2, resources.len()),
            names::because_of(&all)
        ),
    });
}

/// Whether a pattern of resources can mean resources like this one. A statement often names
/// resources of other kinds for its other actions, such as a bucket beside its objects.
fn is_of_kind(pattern: &str, probe: &str) -> bool {
    let Some(service) = patterns::service(pattern) else { return true };
    if patterns::service(probe) != Some(service) {
        return false;
    }
    let last = |arn: &str| arn.splitn(6, ':').nth(5).is_some_and(|last| last.contains('/'));
    let is_open = pattern.splitn(6, ':').nth(5).is_none_or(patterns::has_wildcard);
    !last(probe) || last(pattern) || is_open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_not_its_objects() {
        let object = "arn:aws:s3:::a/b";
        for (pattern, expected) in [
            ("arn:aws:s3:::bucket/*", true),
            ("arn:aws:s3:::bucket*", true),
            ("arn:aws:s3:::bucket", false),
            ("*", true),
            ("arn:aws:s*:::x", true),
            ("arn:aws:sqs:us-east-1:111111111111:queue", false),
        ] {
            assert_eq!(is_of_kind(pattern, object), expected, "{pattern}");
        }
        let secret = "arn:aws:secretsmanager:us-east-1:111111111111:secret:a";
        assert!(is_of_kind("arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-??????", secret));
    }
}
