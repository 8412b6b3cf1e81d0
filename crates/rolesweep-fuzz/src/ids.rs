//! ARNs and the other identifiers.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use rolesweep_model::{
    AccountId, AccountState, OrganizationId, ParentId, Partition, RoleArn, RoleId, ScanId, decode, encode,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A text that may be an identifier.
pub fn ids(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for shown in [
        exact::<AccountId>(text),
        exact::<OrganizationId>(text),
        exact::<ParentId>(text),
        exact::<RoleId>(text),
        exact::<Partition>(text),
        exact::<RoleArn>(text),
        id::<ScanId>(text).map(|id| id.to_string()),
    ]
    .into_iter()
    .flatten()
    {
        assert!(shown.is_ascii() && !shown.contains(|c: char| c.is_ascii_control()), "{shown:?}");
    }
    if let Ok(arn) = text.parse::<RoleArn>() {
        parts(&arn);
    }
    assert_eq!(AccountState::from_word(Some(text)).as_str(), text);
}

/// An identifier that has one spelling.
fn exact<T>(text: &str) -> Option<String>
where
    T: FromStr<Err: Display> + Display + Debug + PartialEq + Serialize + DeserializeOwned,
{
    let shown = id::<T>(text)?.to_string();
    assert_eq!(shown, text);
    Some(shown)
}

/// A text that may be an identifier. If it is one, it stays the same when it is shown, stored and
/// read again. What parsing refuses is also refused when it is read from a store.
fn id<T>(text: &str) -> Option<T>
where
    T: FromStr<Err: Display> + Display + Debug + PartialEq + Serialize + DeserializeOwned,
{
    let stored = encode(text).expect("a text can be stored");
    match text.parse::<T>() {
        Ok(id) => {
            assert_eq!(id.to_string().parse::<T>().ok().as_ref(), Some(&id));
            assert_eq!(decode::<T>(&stored).ok().as_ref(), Some(&id));
            let stored = encode(&id).expect("an id can be stored");
            assert_eq!(decode::<T>(&stored).ok().as_ref(), Some(&id));
            Some(id)
        }
        Err(error) => {
            assert!(error.to_string().len() < 500, "a refusal stays readable: {error}");
            assert!(decode::<T>(&stored).is_err());
            None
        }
    }
}

/// A role's ARN consists of its parts, and nothing else.
fn parts(arn: &RoleArn) {
    let (partition, account) = (arn.partition(), arn.account_id());
    assert_eq!(format!("arn:{partition}:iam::{account}:role{}{}", arn.path(), arn.name()), arn.as_str());
    assert!(arn.path().starts_with('/') && arn.path().ends_with('/'));
    assert!(!arn.name().is_empty() && !arn.name().contains('/'));
    assert!(partition.parse::<Partition>().is_ok());
}
