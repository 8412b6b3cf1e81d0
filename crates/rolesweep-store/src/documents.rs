//! An account's policy documents: as they are stored, and lent to whoever reads them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rolesweep_model::{AccountId, Boundary, PolicyDocument, Role, RoleDocuments, ScanId};

use crate::aws_policies::AwsManagedPolicies;
use crate::blob::{StoredDocuments, decompress_record, decompressed_size, read_documents};
use crate::error::Result;
use crate::fault::{At as _, damaged};
use crate::store::Store;

impl Store {
    /// An account's policy documents as they are stored: compressed, by page. There are none if the
    /// account is not finished. One thread reads them, and others can decode them.
    ///
    /// # Errors
    /// If reading fails.
    pub fn stored_documents(&self, scan: ScanId, account: AccountId) -> Result<AccountDocuments> {
        let pages = self.with(|conn| {
            let mut statement = conn.prepare_cached(
                "SELECT documents, seq FROM page JOIN account USING (scan, account_id) \
                 WHERE scan = ?1 AND account_id = ?2 AND record IS NOT NULL AND documents IS NOT NULL \
                     AND page.attempt = account.attempt ORDER BY seq",
            )?;
            let mut rows = statement.query([&scan.to_string(), account.as_str()])?;
            let mut pages = Vec::new();
            let mut before: Option<i64> = None;
            while let Some(row) = rows.next()? {
                let seq: i64 = row.get(1)?;
                if before.replace(seq) >= Some(seq) {
                    return Err(damaged("pages are out of order"));
                }
                let blob = row.get_ref(0).and_then(|value| Ok(value.as_blob()?))?;
                pages.push(blob.to_owned());
            }
            Ok(pages)
        })?;
        Ok(AccountDocuments { path: self.path.clone(), pages })
    }
}

/// The policy documents of an account, still compressed ([`Store::stored_documents`]).
#[derive(Debug)]
pub struct AccountDocuments {
    /// The store that they are from, for errors.
    path: PathBuf,
    /// In the order in which the account answered.
    pages: Vec<Vec<u8>>,
}

impl AccountDocuments {
    /// How many bytes they take while they are lent. A limit on what is held at once can count it.
    #[must_use]
    pub fn weight(&self) -> usize {
        let sizes = self.pages.iter().filter_map(|page| decompressed_size(page));
        sizes.fold(0, usize::saturating_add)
    }

    /// Lends the documents to `read`. They are dropped when it returns.
    ///
    /// # Errors
    /// If they are damaged or another version wrote them, or if `read` fails.
    pub fn lend<T, E: From<crate::StoreError>>(
        &self,
        aws: &AwsManagedPolicies,
        read: impl FnOnce(&PolicyDocuments<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        read(&self.decompress()?.read(aws)?)
    }

    /// Decompresses them, for [`DecompressedDocuments::read`].
    ///
    /// # Errors
    /// If they are damaged or another version wrote them.
    pub fn decompress(&self) -> Result<DecompressedDocuments<'_>> {
        let records = self.pages.iter().map(|page| decompress_record(page).at(&self.path));
        Ok(DecompressedDocuments { path: &self.path, records: records.collect::<Result<Vec<_>>>()? })
    }
}

/// The policy documents of an account, decompressed.
#[derive(Debug)]
pub struct DecompressedDocuments<'a> {
    path: &'a Path,
    records: Vec<Vec<u8>>,
}

impl DecompressedDocuments<'_> {
    /// The documents.
    ///
    /// # Errors
    /// If they are damaged or another version wrote them.
    pub fn read<'s>(&'s self, aws: &'s AwsManagedPolicies) -> Result<PolicyDocuments<'s>> {
        let mut documents = PolicyDocuments { inline: HashMap::new(), customer: HashMap::new(), aws };
        for record in &self.records {
            let StoredDocuments { inline, managed } = read_documents(record).at(self.path)?;
            // The later answer for a role or a policy counts.
            documents.inline.extend(inline.into_iter().map(|(role, policies)| {
                (role, policies.into_iter().map(|policy| (policy.name, policy.document)).collect())
            }));
            documents.customer.extend(managed.into_iter().map(|policy| (policy.arn, policy.document)));
        }
        Ok(documents)
    }
}

/// The policy documents of an account while they are lent.
#[derive(Debug)]
pub struct PolicyDocuments<'a> {
    /// By the role's id: name and document.
    inline: HashMap<&'a str, Vec<(&'a str, &'a str)>>,
    /// By the policy's ARN.
    customer: HashMap<&'a str, Option<&'a str>>,
    aws: &'a AwsManagedPolicies,
}

impl<'a> PolicyDocuments<'a> {
    /// The policies of a role with their documents. The role is of this account.
    #[must_use]
    pub fn of<'s, S: AsRef<str>>(&'s self, role: &'s Role<S>) -> RoleDocuments<'s> {
        let inline = role.inline_policy_names.as_ref().map(|names| {
            let known = match names.is_empty() {
                // An earlier answer for the same role may have had some.
                true => &[],
                false => self.inline.get(role.role_id.as_str()).map_or(&[][..], Vec::as_slice),
            };
            names
                .iter()
                .map(|name| {
                    let name = name.as_ref();
                    let found = known.iter().find(|(known, _)| *known == name);
                    PolicyDocument { name, text: found.map(|&(_, document)| document) }
                })
                .collect()
        });
        let attached = role
            .attached_policies
            .as_ref()
            .map(|attached| attached.iter().map(|policy| self.managed(policy.arn.as_ref())).collect());
        let boundary = match &role.permissions_boundary {
            Boundary::NotCollected => Boundary::NotCollected,
            Boundary::Absent => Boundary::Absent,
            Boundary::Policy(arn) => Boundary::Policy(self.managed(arn.as_ref())),
        };
        RoleDocuments { inline, attached, boundary }
    }

    fn managed<'s>(&'s self, arn: &'s str) -> PolicyDocument<'s> {
        let text = self.customer.get(arn).copied().flatten().or_else(|| self.aws.document(arn));
        PolicyDocument { name: arn, text }
    }
}
