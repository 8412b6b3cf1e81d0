//! The owners that the user declares: rules between `[[owner]]` tables, and the file with the owners
//! of accounts and OUs.

pub(crate) mod file;

use std::collections::BTreeMap;

use rolesweep_assess::ownership::folded_value;

use crate::errors::{ConfigErrors, Fault, Mistake};
use crate::layers::Sourced;
use crate::tables::OwnerTable;

/// A name, an alias or an address means one owner. Two owners with one name are a mistake that the
/// table's subject tells.
pub(crate) fn one_owner_per_name(owners: &[Sourced<OwnerTable>], errors: &mut ConfigErrors) {
    let mut known: BTreeMap<String, &Sourced<OwnerTable>> = BTreeMap::new();
    for table in owners {
        for name in table.value.owner().names() {
            let first = *known.entry(folded_value(name)).or_insert(table);
            if first.value.name != table.value.name {
                errors.note(|| {
                    let what = format!(
                        "owner: `{name}` already means `{}` ({})",
                        first.value.name,
                        first.origin.origin()
                    );
                    Mistake::new(table.origin.clone(), Fault::new(what, "keep it for one of the two"))
                });
            }
        }
    }
}
