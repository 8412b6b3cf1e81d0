//! The policies that AWS manages: which ones a scan's roles name, and their documents, which all
//! scans share.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rolesweep_model::{AwsManagedPolicy, ScanId};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::blob::{pack, unpack};
use crate::error::Result;
use crate::fault::{Fault, damaged};
use crate::read::optional;
use crate::store::Store;
use crate::write::{execute, require_scan};

/// The most bytes that the documents of one report may hold. All of AWS's policies have about 5 MB.
const LIMIT: usize = 64 * 1024 * 1024;

impl Store {
    /// Keeps the ARNs of AWS-managed policies that roles of this scan name, so that the scan can go
    /// on with them after a kill. What is known of them already stays.
    ///
    /// # Errors
    /// If there is no such scan, or if writing fails.
    pub fn name_aws_policies(&mut self, scan: ScanId, arns: &[String]) -> Result<()> {
        self.change(|conn| {
            require_scan(conn, scan)?;
            let scan = scan.to_string();
            for arn in arns {
                let sql = "INSERT INTO aws_policy (scan, arn) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
                execute(conn, sql, [&scan, arn])?;
            }
            Ok(())
        })
    }

    /// Keeps what AWS answered about one of its policies: the version that this scan's report uses,
    /// and its document, unless that is there already.
    ///
    /// # Errors
    /// If there is no such scan, if neither the store nor the policy has the document, or if writing
    /// fails.
    pub fn keep_aws_policy(&mut self, scan: ScanId, policy: &AwsManagedPolicy) -> Result<()> {
        let AwsManagedPolicy { arn, version, document, calls } = policy;
        let calls = pack(calls)?;
        let document = document.as_ref().map(pack).transpose()?;
        self.change(|conn| {
            require_scan(conn, scan)?;
            if let Some(document) = document {
                let sql = "INSERT INTO aws_document (arn, version, document) VALUES (?1, ?2, ?3) \
                     ON CONFLICT DO NOTHING";
                execute(conn, sql, params![arn, version, document])?;
            } else if !has_document(conn, arn, version)? {
                return Err(damaged(format!("the document of {arn} {version} is missing")));
            }
            let sql = "INSERT INTO aws_policy (scan, arn, version, calls) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT DO UPDATE SET version = excluded.version, calls = excluded.calls";
            execute(conn, sql, params![scan.to_string(), arn, version, calls])?;
            Ok(())
        })
    }

    /// The AWS-managed policies that roles of this scan name, each with the version whose document
    /// the store has; `None` if it has none.
    ///
    /// # Errors
    /// If reading fails.
    pub fn aws_policies(&self, scan: ScanId) -> Result<BTreeMap<String, Option<String>>> {
        self.with(|conn| {
            let mut statement = conn.prepare("SELECT arn, version FROM aws_policy WHERE scan = ?1")?;
            let mut rows = statement.query([scan.to_string()])?;
            let mut policies = BTreeMap::new();
            while let Some(row) = rows.next()? {
                if policies.insert(row.get(0)?, row.get(1)?).is_some() {
                    return Err(damaged("a policy occurs twice"));
                }
            }
            Ok(policies)
        })
    }

    /// How many calls a scan has made for the policies whose documents it has, by IAM action.
    ///
    /// # Errors
    /// If reading fails.
    pub fn aws_policy_calls(&self, scan: ScanId) -> Result<BTreeMap<String, u64>> {
        self.with(|conn| {
            let mut statement = conn.prepare("SELECT arn, calls FROM aws_policy WHERE scan = ?1")?;
            let mut rows = statement.query([scan.to_string()])?;
            let (mut sum, mut seen) = (BTreeMap::new(), BTreeSet::new());
            while let Some(row) = rows.next()? {
                if !seen.insert(row.get::<_, String>(0)?) {
                    return Err(damaged("a policy occurs twice"));
                }
                for (action, calls) in optional::<BTreeMap<String, u64>>(row, 1)?.unwrap_or_default() {
                    let sum: &mut u64 = sum.entry(action).or_default();
                    *sum = sum.saturating_add(calls);
                }
            }
            Ok(sum)
        })
    }

    /// The ARN and version of every document of an AWS-managed policy that is there, of any scan.
    ///
    /// # Errors
    /// If reading fails.
    pub fn aws_documents(&self) -> Result<BTreeSet<(String, String)>> {
        self.with(|conn| {
            let mut statement = conn.prepare("SELECT arn, version FROM aws_document")?;
            let mut rows = statement.query([])?;
            let mut documents = BTreeSet::new();
            while let Some(row) = rows.next()? {
                if !documents.insert((row.get(0)?, row.get(1)?)) {
                    return Err(damaged("a document occurs twice"));
                }
            }
            Ok(documents)
        })
    }

    /// The documents of the AWS-managed policies of a scan, as they were then. If they hold more
    /// than all of AWS's policies could, some are left out, as if they were not collected.
    ///
    /// # Errors
    /// If reading fails.
    pub fn aws_managed_policies(&self, scan: ScanId) -> Result<AwsManagedPolicies> {
        self.with(|conn| {
            let mut statement = conn.prepare(
                "SELECT arn, document FROM aws_policy JOIN aws_document USING (arn, version) WHERE scan = ?1",
            )?;
            let mut rows = statement.query([scan.to_string()])?;
            let (mut documents, mut size) = (HashMap::new(), 0);
            while let Some(row) = rows.next()? {
                let arn: String = row.get(0)?;
                let document: String = unpack(row.get_ref(1).and_then(|value| Ok(value.as_blob()?))?)?;
                size += arn.len() + document.len();
                if size > LIMIT {
                    break;
                }
                if documents.insert(arn, document).is_some() {
                    return Err(damaged("a policy occurs twice"));
                }
            }
            Ok(AwsManagedPolicies { documents })
        })
    }

    /// The document of one AWS-managed policy, as it was when the scan was made; `None` if it was
    /// not collected.
    ///
    /// # Errors
    /// If reading fails.
    pub fn managed_policy_document(&self, scan: ScanId, arn: &str) -> Result<Option<String>> {
        self.with(|conn| {
            let sql = "SELECT document FROM aws_policy JOIN aws_document USING (arn, version) \
                 WHERE scan = ?1 AND arn = ?2";
            let blob: Option<Vec<u8>> =
                conn.query_row(sql, [&scan.to_string(), arn], |row| row.get(0)).optional()?;
            blob.as_deref().map(unpack).transpose()
        })
    }
}

fn has_document(conn: &Connection, arn: &str, version: &str) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM aws_document WHERE arn = ?1 AND version = ?2)";
    Ok(conn.prepare_cached(sql)?.query_row([arn, version], |row| row.get(0))?)
}

/// The documents of a scan's AWS-managed policies ([`Store::aws_managed_policies`]).
#[derive(Debug, Clone, Default)]
pub struct AwsManagedPolicies {
    documents: HashMap<String, String>,
}

impl AwsManagedPolicies {
    /// The document of the policy with this ARN: JSON text; `None` if it was not collected.
    #[must_use]
    pub fn document(&self, arn: &str) -> Option<&str> {
        self.documents.get(arn).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{end, key, scan};

    const ARN: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("store.db"), &key()).unwrap();
        store.begin_scan(&scan(1)).unwrap();
        store.begin_scan(&scan(2)).unwrap();
        (folder, store)
    }

    fn policy(version: &str, document: Option<&str>) -> AwsManagedPolicy {
        let document = document.map(str::to_owned);
        let calls = [("iam:GetPolicy".to_owned(), 2)].into();
        AwsManagedPolicy { arn: ARN.to_owned(), version: version.to_owned(), document, calls }
    }

    fn document(store: &Store, number: u32) -> Option<String> {
        let one = store.managed_policy_document(scan(number).id, ARN).unwrap();
        let all = store.aws_managed_policies(scan(number).id).unwrap();
        assert_eq!(all.document(ARN), one.as_deref());
        one
    }

    #[test]
    fn an_old_scan_keeps_its_version_when_aws_has_a_new_one() {
        let (_folder, mut store) = store();
        store.name_aws_policies(scan(1).id, &[ARN.to_owned()]).unwrap();
        assert_eq!(store.aws_policies(scan(1).id).unwrap()[ARN], None);
        assert_eq!(document(&store, 1), None);
        store.keep_aws_policy(scan(1).id, &policy("v1", Some("{1}"))).unwrap();
        store.keep_aws_policy(scan(2).id, &policy("v2", Some("{2}"))).unwrap();
        // A later name changes nothing.
        store.name_aws_policies(scan(1).id, &[ARN.to_owned()]).unwrap();
        assert_eq!(store.aws_policies(scan(1).id).unwrap()[ARN].as_deref(), Some("v1"));
        assert_eq!(
            (document(&store, 1).as_deref(), document(&store, 2).as_deref()),
            (Some("{1}"), Some("{2}"))
        );
        assert_eq!(store.aws_documents().unwrap().len(), 2);
        assert_eq!(store.aws_policy_calls(scan(1).id).unwrap()["iam:GetPolicy"], 2);
    }

    #[test]
    fn a_version_is_stored_once_and_used_by_every_scan() {
        let (_folder, mut store) = store();
        let missing = store.keep_aws_policy(scan(1).id, &policy("v1", None)).unwrap_err().to_string();
        assert!(missing.contains("v1 is missing"), "{missing}");
        store.keep_aws_policy(scan(1).id, &policy("v1", Some("{1}"))).unwrap();
        store.keep_aws_policy(scan(2).id, &policy("v1", None)).unwrap();
        assert_eq!(document(&store, 2).as_deref(), Some("{1}"));
        assert_eq!(store.aws_documents().unwrap().len(), 1);
    }

    #[test]
    fn a_document_goes_with_the_last_scan_that_used_it() {
        let (_folder, mut store) = store();
        store.finish_scan(scan(1).id, &end()).unwrap();
        store.keep_aws_policy(scan(1).id, &policy("v1", Some("{1}"))).unwrap();
        store.keep_aws_policy(scan(2).id, &policy("v1", None)).unwrap();
        store.remove_scan(scan(1).id).unwrap();
        assert_eq!(document(&store, 2).as_deref(), Some("{1}"));
        store.remove_scan(scan(2).id).unwrap();
        assert!(store.aws_documents().unwrap().is_empty());
    }
}
