//! Accounts and OUs that the organization does not have. They are told like every other mistake in
//! the settings: each at the place that names it.

use rolesweep_config::{ConfigErrors, Fault, Mistake, Place, Setting, Settings};
use rolesweep_scan::{ScanError, SelectionList, SelectionMistake, SelectionMistakes, SelectionProblem};

use super::Failure;

/// The failure of a scan with these settings.
pub(crate) fn of_scan(error: ScanError, settings: &Settings) -> Failure {
    match error {
        ScanError::Selection(mistakes) => refused(&mistakes, settings),
        other => other.into(),
    }
}

fn refused(mistakes: &SelectionMistakes, settings: &Settings) -> Failure {
    let first = mistakes.first.iter().map(|mistake| Mistake::new(place(mistake, settings), fault(mistake)));
    Failure::usage(ConfigErrors::of(first, mistakes.more).to_string())
}

fn place(mistake: &SelectionMistake, settings: &Settings) -> Place {
    match mistake.list {
        SelectionList::Accounts => settings.place_of_account(&mistake.name),
        SelectionList::ExcludeAccounts => settings.place(Setting::exclude_accounts),
        SelectionList::Ous => settings.place(Setting::ou),
        SelectionList::ExcludeOus => settings.place(Setting::exclude_ou),
    }
}

fn fault(SelectionMistake { list, name, problem }: &SelectionMistake) -> Fault {
    let (what, where_to_look) = match list {
        SelectionList::Accounts | SelectionList::ExcludeAccounts => {
            ("account", "check the id: it may be mistyped, or the account may have left the organization")
        }
        SelectionList::Ous | SelectionList::ExcludeOus => (
            "OU",
            "write its id (ou-…) or its path of names from the root; the column `ou_path` of accounts.csv has the paths",
        ),
    };
    match problem {
        SelectionProblem::Unknown { near } => {
            let help = near
                .as_ref()
                .map_or_else(|| where_to_look.to_owned(), |near| format!("did you mean `{near}`?"));
            Fault::new(format!("the organization has no {what} `{name}`"), help)
        }
        SelectionProblem::Ambiguous { ids } => {
            let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
            Fault::new(
                format!("`{name}` is the path of {}", ids.join(" and ")),
                "name the OU by its id, which is never used twice",
            )
        }
    }
}
