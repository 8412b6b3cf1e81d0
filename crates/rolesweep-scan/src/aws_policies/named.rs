//! The policies that roles name.

use std::collections::BTreeSet;
use std::sync::Mutex;

use rolesweep_model::{Boundary, RolePage, is_aws_managed};

use crate::lock::locked;
use crate::plan::Plan;

/// More policies than AWS manages, which are about 1,500. What an answer names beyond that is not
/// read.
const MOST: usize = 10_000;

/// The longest ARN of a policy (IAM API reference, `GetPolicy`).
const LONGEST_ARN: usize = 2048;

/// The AWS-managed policies that roles of this scan name.
pub(crate) struct NamedPolicies {
    /// Whether they are wanted.
    wanted: bool,
    state: Mutex<State>,
}

struct State {
    /// Those that the sink knows.
    told: BTreeSet<String>,
    /// Those of them that were not taken yet.
    new: Vec<String>,
}

impl NamedPolicies {
    /// Begins with the policies that an earlier run has named and whose documents are missing.
    pub(crate) fn new(plan: &Plan) -> Self {
        let of_scan = &plan.aws_policies.of_scan;
        let missing = of_scan.iter().filter(|(_, version)| version.is_none());
        let wanted = plan.parameters.managed_policies;
        let new = if wanted { missing.map(|(arn, _)| arn.clone()).collect() } else { Vec::new() };
        let told = of_scan.keys().cloned().collect();
        Self { wanted, state: Mutex::new(State { told, new }) }
    }

    /// The policies that a page names and the sink does not know yet. AWS's ARNs have no spaces or
    /// control characters.
    pub(crate) fn of_page(&self, page: &RolePage) -> Vec<String> {
        if !self.wanted {
            return Vec::new();
        }
        let roles = page.roles.iter().map(|collected| &collected.role);
        let arns = roles.flat_map(|role| {
            let boundary = match &role.permissions_boundary {
                Boundary::Policy(arn) => Some(arn),
                Boundary::NotCollected | Boundary::Absent => None,
            };
            role.attached_policies.iter().flatten().map(|policy| &policy.arn).chain(boundary)
        });
        let state = locked(&self.state);
        let fits = |arn: &&String| {
            arn.len() <= LONGEST_ARN
                && arn.bytes().all(|byte| byte.is_ascii_graphic())
                && is_aws_managed(arn)
                && !state.told.contains(arn.as_str())
        };
        let new: BTreeSet<&String> = arns.filter(fits).take(MOST.saturating_sub(state.told.len())).collect();
        new.into_iter().cloned().collect()
    }

    /// Records that the sink knows these. An account that names them does not tell them again.
    pub(crate) fn told(&self, arns: Vec<String>) {
        let mut state = locked(&self.state);
        for arn in arns {
            // Two accounts may have named it at the same time.
            if state.told.insert(arn.clone()) {
                state.new.push(arn);
            }
        }
    }

    /// The policies that were named since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut locked(&self.state).new)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        locked(&self.state).told.len()
    }
}
