//! `sensitive.txt`: actions that read data or give out credentials.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::inputs::{self, Inputs};

#[derive(Deserialize)]
struct Action {
    risk_category: Vec<String>,
}

/// The categories that are taken, the worse first, and their names in the file. The others are
/// covered by the paths of escalation, or name actions that AWS has retired.
const CATEGORIES: [(&str, &str); 2] = [("CredentialExposure", "credentials"), ("DataAccess", "data")];

pub(super) fn make(inputs: &Inputs) -> Result<String> {
    let actions: BTreeMap<String, Action> = inputs::json(inputs.path("sensitive_iam_actions")?)?;
    let mut text = String::new();
    for (name, action) in actions {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-');
        ensure!(name.chars().all(is_name), "{name:?} is no name of an action");
        let category =
            CATEGORIES.iter().find(|(category, _)| action.risk_category.iter().any(|of| of == category));
        if let Some((_, kind)) = category {
            text.push_str(&format!("{kind} {name}\n"));
        }
    }
    Ok(text)
}
