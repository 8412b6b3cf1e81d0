//! Looks for a role in a scan.

use rolesweep_model::suggest::{nearest, nearest_id};
use rolesweep_model::{Coverage, OuTree, RoleId};
use rolesweep_store::{AccountEntry, Store};

use super::explanation::Explanation;
use super::wanted::WantedRole;
use crate::assessed::Report;
use crate::pipeline::{PipelineError, StoredAccount, go_on};

/// How many of several roles are named.
const SHOWN: usize = 10;

/// What was found.
#[derive(Debug)]
pub enum Found {
    /// The role.
    One(Box<Explanation>),
    /// Several roles have this name.
    Several {
        /// How many.
        total: u64,
        /// The first of them, by account.
        first: Vec<Candidate>,
    },
    /// None.
    None(Missing),
}

/// One of several roles with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its ARN.
    pub arn: String,
    /// What people know its account by.
    pub account: String,
}

/// What is known of a role that was not found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// The account that was asked about, and what became of it; nothing if the scan has no such
    /// account, or if none was named.
    pub account: Option<(String, Coverage)>,
    /// How many of the accounts that were looked at were not fully read.
    pub gaps: u64,
    /// The name that is most alike, or the id if an id was asked about.
    pub nearest: Option<String>,
}

/// The only role that was found.
pub(super) struct Match {
    pub(super) entry: AccountEntry,
    pub(super) role_id: RoleId,
}

/// The only role that is wanted, or what was found instead.
pub(super) fn find(
    store: &Store,
    report: &Report<'_>,
    names: &OuTree,
    wanted: &WantedRole,
) -> Result<Result<Box<Match>, Found>, PipelineError> {
    let mut found = None;
    let (mut total, mut first) = (0, Vec::new());
    let mut missing = Missing::default();
    for entry in store.accounts(report.scan.id)? {
        let entry = entry?;
        if wanted.account().is_some_and(|account| account != entry.account.id) {
            continue;
        }
        go_on(report)?;
        let account = StoredAccount::read(store, report, names, entry.clone())?;
        let (name, coverage) = (account.facts().display_name(), account.facts().coverage());
        missing.gaps += u64::from(coverage.is_gap());
        if wanted.account().is_some() {
            missing.account = Some((name.clone(), coverage));
        }
        account.visit(report, |role| {
            if wanted.is(role) {
                total += 1;
                if first.len() < SHOWN {
                    first.push(Candidate { arn: role.arn.as_str().to_owned(), account: name.clone() });
                }
                found = Some((entry.clone(), role.role_id.as_str().to_owned()));
            } else if total == 0 {
                missing.consider(wanted, role.arn.name(), role.role_id.as_str());
            }
            Ok(())
        })?;
    }
    Ok(match found {
        Some((entry, id)) if total == 1 => match id.parse() {
            Ok(role_id) => Ok(Box::new(Match { entry, role_id })),
            Err(_) => Err(Found::None(missing)),
        },
        Some(_) => Err(Found::Several { total, first }),
        None => Err(Found::None(missing)),
    })
}

impl Missing {
    /// Remembers a name or an id if it is more alike than the one before.
    fn consider(&mut self, wanted: &WantedRole, name: &str, id: &str) {
        let best = self.nearest.as_deref();
        let nearer = match wanted {
            WantedRole::Id(asked) => nearest_id(asked.as_str(), best.into_iter().chain([id])),
            // An id with too few or too many characters.
            WantedRole::Name { name: asked, .. } if asked.starts_with(ID_PREFIX) && asked.len() > SHORT => {
                nearest_id(asked, best.into_iter().chain([id]))
            }
            WantedRole::Arn(arn) => nearest(arn.name(), best.into_iter().chain([name])),
            WantedRole::Name { name: asked, .. } => {
                let asked = asked.rsplit('/').next().unwrap_or(asked);
                nearest(asked, best.into_iter().chain([name]))
            }
        };
        if let Some(nearer) = nearer.filter(|nearer| best != Some(*nearer)) {
            self.nearest = Some(nearer.to_owned());
        }
    }
}

/// Every role id begins like this, and is longer than this.
const ID_PREFIX: &str = "AROA";
const SHORT: usize = 12;
