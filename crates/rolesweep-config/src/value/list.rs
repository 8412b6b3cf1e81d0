//! Lists: in one text, as in flags and environment variables, and in a file.

use std::ffi::OsString;
use std::slice;

use toml::Spanned;
use toml::de::DeValue;

use crate::errors::Fault;
use crate::value::wrong_type::wrong_type;
use crate::value::{FaultsInFile, Rules, Shape, Value, as_toml, not_utf8};

impl<T: Value + PartialEq> Value for Vec<T> {
    const SHAPE: Shape = Shape::List;
    const REQUIRED: bool = false;

    fn parse(text: &str, rules: &Rules) -> Result<Self, Fault> {
        T::parse(text, rules).map(|item| vec![item])
    }

    /// Flags and variables may name something twice, because that does no harm.
    fn typed(values: &[OsString], rules: &Rules) -> Result<Self, Vec<Fault>> {
        let Some(texts) = values.iter().map(|text| text.to_str()).collect::<Option<Vec<_>>>() else {
            return Err(vec![not_utf8()]);
        };
        let items: Vec<String> = texts.into_iter().flat_map(split).collect();
        let (mut list, mut faults) = (Self::new(), Vec::new());
        for item in &items {
            match T::parse(item, rules) {
                Ok(item) if list.contains(&item) => {}
                Ok(item) => list.push(item),
                Err(fault) => faults.push(fault),
            }
        }
        if items.is_empty() {
            // Probably a shell variable that is not set. As "no selection", it would select
            // everything.
            faults.push(Fault::new("the list is empty", "omit this setting to select all"));
        }
        if faults.is_empty() { Ok(list) } else { Err(faults) }
    }

    fn read(value: &Spanned<DeValue<'_>>, rules: &Rules) -> Result<Self, FaultsInFile> {
        let items: Vec<_> = match value.get_ref() {
            DeValue::Array(items) if items.is_empty() && rules.one_or_more => {
                let fault = Fault::new("the list is empty", "name something, or omit the field");
                return Err(vec![(value.span(), fault)]);
            }
            DeValue::Array(items) => items.iter().collect(),
            _ if rules.one_or_more => slice::from_ref(value).iter().collect(),
            other => {
                return Err(vec![(
                    value.span(),
                    wrong_type(Self::SHAPE, rules.within, other, |text| as_toml::<Self>(text, rules)),
                )]);
            }
        };
        let (mut list, mut faults) = (Self::new(), FaultsInFile::new());
        for item in items {
            match T::read(item, rules) {
                Ok(new) if list.contains(&new) => {
                    let text = item.get_ref().as_str().unwrap_or_default();
                    faults.push((
                        item.span(),
                        Fault::new(format!("`{text}` is listed twice"), "keep one of the two"),
                    ));
                }
                Ok(new) => list.push(new),
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(list) } else { Err(faults) }
    }

    fn toml(&self) -> Option<String> {
        let items: Vec<String> = self.iter().filter_map(T::toml).collect();
        Some(format!("[{}]", items.join(", ")))
    }

    fn unset() -> Option<Self> {
        Some(Self::new())
    }
}

/// The items of a comma-separated list. The name of an OU may hold a comma. So after a path, a comma
/// separates items only if another OU begins behind it (`/`, `ou-`, `r-`).
fn split(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut in_path = false;
    for part in text.split(',') {
        let start = part.trim_start();
        let begins = start.starts_with('/') || start.starts_with("ou-") || start.starts_with("r-");
        match items.last_mut() {
            Some(last) if in_path && !begins => {
                last.push(',');
                last.push_str(part);
            }
            _ => {
                in_path = start.starts_with('/');
                items.push(part.to_owned());
            }
        }
    }
    items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use rolesweep_model::AccountId;

    use super::*;

    #[test]
    fn every_fault_of_a_list_is_told() {
        let read = |text: &str| Vec::<AccountId>::typed(&[text.into()], &Rules::ANY);
        assert_eq!(read("1,123456789012,x").unwrap_err().len(), 2);
        assert_eq!(read("123456789012,123456789012"), Ok(vec!["123456789012".parse().unwrap()]));
    }

    #[test]
    fn lists_are_split_at_commas_but_names_are_not() {
        for (text, expected) in [
            ("", &[] as &[&str]),
            (" , ", &[]),
            ("123456789012, 210987654321", &["123456789012", "210987654321"]),
            ("123456789012,", &["123456789012"]),
            ("/A,/B,ou-ab12-cd345678,/C", &["/A", "/B", "ou-ab12-cd345678", "/C"]),
            ("/Prod, EU,/B", &["/Prod, EU", "/B"]),
            ("ou-ab12-cd345678,Workloads", &["ou-ab12-cd345678", "Workloads"]),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }
}
