//! Declares the record's types, and lists their fields for the documentation.

use jiff::Timestamp;
use rolesweep_model::{AccountId, OrganizationId, ScanId};

/// A field of the record, for the documentation.
pub(super) struct Row {
    /// Its keys from the outside in: `scan.caller.arn`, and `[]` for each item of an array.
    pub(super) path: String,
    pub(super) kind: String,
    pub(super) doc: &'static str,
}

/// What a type looks like in JSON.
pub(super) trait Form {
    /// The kind of value, in words.
    fn kind() -> String;

    /// Adds the fields below this path, if there are any.
    fn list(_path: &str, _rows: &mut Vec<Row>) {}
}

/// Declares the structs of the record. Each field has its documentation and a type with a form.
macro_rules! record {
    ($(
        $(#[doc = $about:literal])+
        pub struct $name:ident {
            $( $(#[doc = $doc:literal])+ $field:ident: $type:ty, )+
        }
    )+) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $type, )+
        }

        impl Form for $name {
            fn kind() -> String {
                "object".to_owned()
            }

            fn list(path: &str, rows: &mut Vec<Row>) {
                $(
                    let path_of_field = below(path, stringify!($field));
                    let kind = <$type as Form>::kind();
                    rows.push(Row { path: path_of_field.clone(), kind, doc: concat!($($doc),+).trim_ascii() });
                    <$type as Form>::list(&path_of_field, rows);
                )+
            }
        }
    )+};
}
pub(super) use record;

/// The path of a field.
pub(super) fn below(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

/// The kinds of the types that are not records.
macro_rules! kinds {
    ($($type:ty: $kind:literal,)+) => {$(
        impl Form for $type {
            fn kind() -> String {
                $kind.to_owned()
            }
        }
    )+};
}

kinds! {
    String: "text",
    // A word comes from the program, any other text from outside.
    &'static str: "word",
    bool: "boolean",
    u8: "integer",
    u64: "integer",
    Timestamp: "instant",
    AccountId: "text",
    OrganizationId: "text",
    ScanId: "text",
}

impl<T: Form> Form for Option<T> {
    fn kind() -> String {
        format!("{} or `null`", T::kind())
    }

    fn list(path: &str, rows: &mut Vec<Row>) {
        T::list(path, rows);
    }
}

impl<T: Form> Form for Vec<T> {
    fn kind() -> String {
        format!("array of {}s", T::kind())
    }

    fn list(path: &str, rows: &mut Vec<Row>) {
        T::list(&format!("{path}[]"), rows);
    }
}
