//! The actions that read what an organization stores: the core list.
//!
//! The list is short so that it means something: what each action returns is the data itself, not a
//! description of it. AWS's access level cannot take its place, because it calls `s3:GetObject` and
//! `s3:GetBucketLocation` the same.

use super::listed::{self, List, ListedAction};

/// What `kms:Decrypt` makes readable.
pub const ENCRYPTED: &str = "what a key encrypts";

const DATA: &[(&str, &str)] = &[
    ("s3:GetObject", "objects"),
    ("s3:GetObjectVersion", "objects"),
    ("secretsmanager:GetSecretValue", "secrets"),
    ("secretsmanager:BatchGetSecretValue", "secrets"),
    ("ssm:GetParameter", "parameters"),
    ("ssm:GetParameters", "parameters"),
    ("ssm:GetParametersByPath", "parameters"),
    ("ssm:GetParameterHistory", "parameters"),
    ("dynamodb:GetItem", "table items"),
    ("dynamodb:BatchGetItem", "table items"),
    ("dynamodb:Query", "table items"),
    ("dynamodb:Scan", "table items"),
    ("dynamodb:PartiQLSelect", "table items"),
    ("dynamodb:GetRecords", "table items"),
    ("kms:Decrypt", ENCRYPTED),
    ("rds-data:ExecuteStatement", "databases"),
    ("rds-data:BatchExecuteStatement", "databases"),
    ("redshift-data:GetStatementResult", "query results"),
    ("athena:GetQueryResults", "query results"),
    ("ebs:GetSnapshotBlock", "disk snapshots"),
];

/// The actions that read data, the most common first.
#[must_use]
pub fn data_actions() -> &'static [ListedAction] {
    static LIST: List = List::new(|| listed::look_up(DATA));
    &LIST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_knows_every_action_that_reads_data() {
        listed::assert_known(DATA, data_actions());
        assert_eq!(data_actions().len(), 20);
    }
}
