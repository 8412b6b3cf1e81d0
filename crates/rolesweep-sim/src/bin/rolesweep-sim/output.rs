//! What the process prints, line by line.

use std::time::Instant;

use rolesweep_sim::{Simulator, Tally};
use serde_json::{Map, Value, json};

use crate::cost;

/// The output about a running simulator.
pub(super) struct Output<'a> {
    pub(super) simulator: &'a Simulator,
    pub(super) began: Instant,
}

impl Output<'_> {
    /// How to reach it, for a shell.
    pub(super) fn ready_as_shell(&self) -> String {
        let caller = self.simulator.caller();
        let mut lines = vec![
            format!("export AWS_ENDPOINT_URL={}", self.simulator.url()),
            format!("export AWS_ACCESS_KEY_ID={}", caller.access_key_id),
            format!("export AWS_SECRET_ACCESS_KEY={}", caller.secret_access_key),
        ];
        lines.extend(caller.session_token.map(|token| format!("export AWS_SESSION_TOKEN={token}")));
        lines.push("export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1".to_owned());
        lines.join("\n")
    }

    /// How to reach it, in JSON.
    pub(super) fn ready_as_json(&self) -> String {
        let caller = self.simulator.caller();
        let environment = json!({
            "AWS_ENDPOINT_URL": self.simulator.url(),
            "AWS_ACCESS_KEY_ID": caller.access_key_id,
            "AWS_SECRET_ACCESS_KEY": caller.secret_access_key,
            "AWS_SESSION_TOKEN": caller.session_token,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        });
        let world = self.simulator.world();
        json!({
            "environment": environment,
            "profile": self.simulator.profile().to_string(),
            "organization": world.organization_id(),
            "management_account": world.management_account(),
            "accounts": world.account_count(),
            "pid": std::process::id(),
        })
        .to_string()
    }

    /// The calls by operation, and their cost.
    pub(super) fn counts(&self) -> String {
        Value::from(self.summary()).to_string()
    }

    /// The same, with every operation and account.
    pub(super) fn calls(&self) -> String {
        let mut summary = self.summary();
        let counts = self.simulator.counts();
        let calls: Vec<Value> = counts
            .iter()
            .map(|(operation, account, tally)| {
                let mut call = figures(tally);
                call.insert("operation".to_owned(), operation.into());
                call.insert("account".to_owned(), account.into());
                call.into()
            })
            .collect();
        summary.insert("calls".to_owned(), calls.into());
        Value::from(summary).to_string()
    }

    /// A command that was not understood.
    pub(super) fn error(problem: &str) -> String {
        json!({ "error": problem }).to_string()
    }

    fn summary(&self) -> Map<String, Value> {
        let counts = self.simulator.counts();
        let operations: Map<String, Value> = counts
            .operations()
            .into_iter()
            .map(|(operation, tally)| (operation.to_owned(), figures(tally).into()))
            .collect();
        let (user, system) = cost::cpu_seconds().unzip();
        Map::from_iter(
            [
                ("profile", self.simulator.profile().to_string().into()),
                ("seconds", self.began.elapsed().as_secs_f64().into()),
                ("user_cpu_seconds", user.into()),
                ("system_cpu_seconds", system.into()),
                ("peak_memory_bytes", cost::peak_bytes().into()),
                ("total", figures(counts.total()).into()),
                ("operations", operations.into()),
            ]
            .map(|(name, value): (&str, Value)| (name.to_owned(), value)),
        )
    }
}

fn figures(tally: Tally) -> Map<String, Value> {
    let Tally { ok, refused, throttled, faulted, abandoned } = tally;
    Map::from_iter(
        [
            ("ok", ok),
            ("refused", refused),
            ("throttled", throttled),
            ("faulted", faulted),
            ("abandoned", abandoned),
        ]
        .map(|(name, count)| (name.to_owned(), count.into())),
    )
}
