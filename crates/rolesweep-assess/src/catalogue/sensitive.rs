//! A second opinion on actions: a public list of those that read data or give out credentials.
//!
//! It is much wider than the list of [data access](super::data_actions), and includes actions that
//! auditors need. It explains, and decides nothing.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::action::Action;
use super::file::DataFile;

/// Why the list has an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sensitive {
    /// It gives out credentials.
    CredentialExposure,
    /// It reads data.
    DataAccess,
}

struct Actions {
    file: DataFile,
    by_action: HashMap<Action, Sensitive>,
}

static ACTIONS: LazyLock<Actions> = LazyLock::new(|| {
    let file = DataFile::parse(include_str!("../../data/sensitive.txt"));
    let by_action = file.body.lines().filter_map(parse).collect();
    Actions { file, by_action }
});

/// Reads `data s3:GetObject`.
fn parse(line: &str) -> Option<(Action, Sensitive)> {
    let (kind, name) = line.split_once(' ')?;
    let kind = match kind {
        "credentials" => Sensitive::CredentialExposure,
        "data" => Sensitive::DataAccess,
        _ => return None,
    };
    Some((Action::find(name)?, kind))
}

pub(super) fn file() -> &'static DataFile {
    &ACTIONS.file
}

impl Action {
    /// Why the public list of sensitive actions has it, if it does.
    #[must_use]
    pub fn sensitive(self) -> Option<Sensitive> {
        ACTIONS.by_action.get(&self).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_knows_every_sensitive_action() {
        for line in ACTIONS.file.body.lines() {
            assert!(parse(line).is_some(), "{line}");
        }
        assert_eq!(ACTIONS.by_action.len(), file().entries);
        let count = |kind| ACTIONS.by_action.values().filter(|of| **of == kind).count();
        assert_eq!((count(Sensitive::CredentialExposure), count(Sensitive::DataAccess)), (49, 150));
    }

    #[test]
    fn the_list_says_why_it_has_an_action() {
        let why = |name| Action::find(name).unwrap().sensitive();
        assert_eq!(why("s3:GetObject"), Some(Sensitive::DataAccess));
        assert_eq!(why("iam:CreateAccessKey"), Some(Sensitive::CredentialExposure));
        assert_eq!(why("s3:ListAllMyBuckets"), None);
    }
}
