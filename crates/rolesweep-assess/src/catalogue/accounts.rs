//! Whose well-known accounts are: vendors that customers let in, and AWS's own.

use std::fmt;
use std::sync::LazyLock;

use hashbrown::HashMap;

use super::file::DataFile;

/// An account outside the organization that the public list knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownAccount {
    /// The vendor, or the service of AWS.
    pub name: &'static str,
    /// Who it belongs to.
    pub owner: AccountOwner,
    /// Where this is written: nearly always a page's URL. Without it, the account is only said to be
    /// theirs.
    pub source: Option<&'static str>,
}

/// Who a known account belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountOwner {
    /// A company that works for its customers.
    Vendor,
    /// AWS, for one of its services.
    Aws,
}

impl fmt::Display for KnownAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.source.is_none() {
            f.write_str("said to be ")?;
        }
        match self.owner {
            AccountOwner::Vendor => f.write_str(self.name),
            AccountOwner::Aws => write!(f, "AWS ({})", self.name),
        }
    }
}

struct Accounts {
    file: DataFile,
    by_id: HashMap<&'static str, KnownAccount>,
}

static ACCOUNTS: LazyLock<Accounts> = LazyLock::new(|| {
    let file = DataFile::parse(include_str!("../../data/accounts.txt"));
    let by_id = file.body.lines().filter_map(parse).collect();
    Accounts { file, by_id }
});

/// Reads an id, an owner, a name and a source, with tabs between. The source may be empty.
fn parse(line: &'static str) -> Option<(&'static str, KnownAccount)> {
    let mut fields = line.split('\t');
    let (id, owner, name, source) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let owner = match owner {
        "vendor" => AccountOwner::Vendor,
        "aws" => AccountOwner::Aws,
        _ => return None,
    };
    let source = (!source.is_empty()).then_some(source);
    fields.next().is_none().then_some((id, KnownAccount { name, owner, source }))
}

pub(super) fn file() -> &'static DataFile {
    &ACCOUNTS.file
}

/// Whose account this is, by its 12 digits.
#[must_use]
pub fn known_account(id: &str) -> Option<&'static KnownAccount> {
    ACCOUNTS.by_id.get(id)
}

#[cfg(test)]
mod tests {
    use rolesweep_model::text::is_hidden;

    use super::*;

    #[test]
    fn every_known_account_is_read() {
        for line in ACCOUNTS.file.body.lines() {
            assert!(parse(line).is_some(), "{line}");
        }
        assert_eq!(ACCOUNTS.by_id.len(), file().entries);
        let all = || ACCOUNTS.by_id.values();
        let aws = all().filter(|account| account.owner == AccountOwner::Aws).count();
        let without_source = all().filter(|account| account.source.is_none()).count();
        assert_eq!((all().count(), aws, without_source), (498, 199, 15));
    }

    #[test]
    fn ids_are_twelve_digits_and_names_can_be_printed() {
        for (id, account) in &ACCOUNTS.by_id {
            assert!(id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
            assert!(!account.name.is_empty() && !account.name.contains(is_hidden), "{account:?}");
            assert!(!account.source.is_some_and(|source| source.contains(is_hidden)), "{account:?}");
        }
    }

    #[test]
    fn an_account_says_whose_it_is_and_how_sure_that_is() {
        let says = |id| known_account(id).map(ToString::to_string);
        assert_eq!(says("464622532012").as_deref(), Some("Datadog"));
        assert_eq!(says("406095609952").as_deref(), Some("said to be Logz.io"));
        assert_eq!(says("127311923021").as_deref(), Some("AWS (ELB logs)"));
        assert_eq!(says("123456789012"), None);
    }

    #[test]
    fn what_is_no_id_is_no_known_account() {
        for id in [
            "",
            "464622532",
            "4646225320120",
            " 464622532012",
            "464622532012\n",
            "４６４６２２５３２０１２",
            "Datadog",
        ] {
            assert_eq!(known_account(id), None, "{id:?}");
        }
    }
}
