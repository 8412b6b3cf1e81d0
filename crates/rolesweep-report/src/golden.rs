//! Checks whole files as their readers see them: people in the snapshots, the csv crate in the
//! laws.

use proptest::prelude::*;
use rolesweep_model::Coverage;

use crate::columns::{Accounts, Kind, Roles, Table};
use crate::fixture::Fixture;
use crate::formats::{Bom, CsvWriter};
use crate::text;

fn file<'a, T: Table>(rows: impl IntoIterator<Item = T::Row<'a>>) -> Vec<u8> {
    let mut writer = CsvWriter::<T, _>::new(Vec::new(), Bom::No).unwrap();
    for row in rows {
        writer.write(&row).unwrap();
    }
    writer.finish().unwrap().0
}

/// The rows as another CSV reader sees them, the header first.
fn parse(bytes: &[u8]) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes)
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// Each column beside its cell, which a person can compare.
fn by_column<T: Table>(row: &T::Row<'_>) -> String {
    let rows = parse(&file::<T>([]));
    let mut out = String::new();
    for (name, column) in rows[0].iter().zip(T::columns()) {
        let mut cell = String::new();
        (column.value)(row).push_cell(&mut cell);
        out.push_str(&format!("{name}: {cell}\n"));
    }
    out
}

#[test]
fn roles_csv_begins_with_the_columns_of_the_contract() {
    let header = file::<Roles>([]);
    insta::assert_snapshot!(String::from_utf8(header).unwrap().trim_end());
}

#[test]
fn accounts_csv_begins_with_the_columns_of_the_contract() {
    let header = file::<Accounts>([]);
    insta::assert_snapshot!(String::from_utf8(header).unwrap().trim_end());
}

#[test]
fn an_ordinary_role() {
    insta::assert_snapshot!(by_column::<Roles>(&Fixture::default().row()));
}

#[test]
fn a_hostile_role() {
    insta::assert_snapshot!(by_column::<Roles>(&Fixture::hostile().row()));
}

#[test]
fn a_role_of_which_little_is_known() {
    insta::assert_snapshot!(by_column::<Roles>(&Fixture::bare().row()));
}

#[test]
fn accounts_with_and_without_roles() {
    let (mut plain, mut hostile) = (Fixture::default(), Fixture::hostile());
    let bytes =
        file::<Accounts>([plain.account_row(Coverage::Scanned), hostile.account_row(Coverage::NotReached)]);
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap().replace("\r\n", "⏎\n"));
}

#[test]
fn the_bytes_are_those_of_rfc_4180() {
    let hostile = Fixture::hostile();
    let bytes = file::<Roles>([hostile.row()]);
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap().replace("\r\n", "⏎\n"));
}

#[test]
fn every_cell_is_of_its_columns_kind_and_names_are_for_good() {
    fn check<T: Table>(row: &T::Row<'_>) {
        for (at, column) in T::columns().iter().enumerate() {
            let value = (column.value)(row);
            assert!(value.kind().is_none_or(|kind| kind == column.kind), "{}", column.name);
            assert!(column.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", column.name);
            assert!(T::columns()[..at].iter().all(|other| other.name != column.name), "{}", column.name);
            assert!(column.doc.ends_with('.'), "{}", column.name);
        }
        // Some spreadsheets read a file that begins with `ID` as another format (SYLK).
        assert!(!T::columns()[0].name.to_ascii_uppercase().starts_with("ID"));
    }
    for mut fixture in [Fixture::default(), Fixture::hostile(), Fixture::bare()] {
        check::<Roles>(&fixture.row());
        check::<Accounts>(&fixture.account_row(Coverage::Scanned));
        check::<Accounts>(&fixture.account_row(Coverage::Denied));
    }
}

#[test]
fn identifiers_are_never_altered() {
    let hostile = Fixture::hostile();
    let rows = parse(&file::<Roles>([hostile.row()]));
    assert_eq!(rows[1][0], hostile.role.arn.as_str());
    assert_eq!(rows[1][1], hostile.role.role_id.as_str());
    assert_eq!(rows[1][2], "000000000123");
}

/// Where a column of this name is.
fn at<T: Table>(name: &str) -> usize {
    T::columns().iter().position(|column| column.name == name).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_file_reads_back_and_no_cell_begins_a_formula(texts in proptest::collection::vec("\\PC{0,8}|[=+@\\-'\",;\r\n\t\\\\ ]{0,6}|\\s=x", 8)) {
        let mut fixture = Fixture::default();
        fixture.account.account.name = Some(texts[0].clone());
        fixture.account.ou_path = Some(texts[1].clone());
        fixture.assessment.disposition_reason = texts[2].clone().into();
        fixture.trust.clone_from(&texts[3]);
        fixture.assessment.threshold_rule = texts[4].clone().into();
        fixture.role.tags = Some(vec![
            rolesweep_model::Tag { key: format!("k{}", texts[5]), value: texts[6].clone() },
            rolesweep_model::Tag { key: texts[7].clone(), value: String::new() },
        ]);
        fixture.role.last_use = rolesweep_model::LastUse::Used {
            at: fixture.role.created_at,
            region: Some(texts[5].clone()),
        };
        let roles = parse(&file::<Roles>([fixture.row(), fixture.row()]));
        let denied = fixture.account_row(Coverage::Denied);
        let mut facts = denied.facts.clone();
        let reason = facts.record.as_mut().and_then(|record| record.reason.as_mut()).unwrap();
        (reason.action, reason.summary) = (None, texts[6].clone());
        let accounts = parse(&file::<Accounts>([crate::AssessedAccount { facts: &facts, ..denied }]));
        prop_assert_eq!(roles.len(), 3);
        prop_assert_eq!(accounts.len(), 2);
        for (rows, width) in [(&roles, Roles::columns().len()), (&accounts, Accounts::columns().len())] {
            for row in rows {
                prop_assert_eq!(row.len(), width);
                for cell in row {
                    prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']), "{:?}", cell);
                    prop_assert!(!cell.contains(['\r', '\n', '\t']), "{:?}", cell);
                }
            }
        }
        prop_assert_eq!(&roles[1], &roles[2]);

        for (name, text) in [("account_name", &texts[0]), ("ou_path", &texts[1]), ("disposition_reason", &texts[2]),
            ("trust", &texts[3]), ("threshold_rule", &texts[4]), ("last_used_region", &texts[5])] {
            prop_assert_eq!(&text::decode(&roles[1][at::<Roles>(name)]), text);
        }
        prop_assert_eq!(&text::decode(&accounts[1][at::<Accounts>("reason")]), &texts[6]);
        let mut tags: Vec<_> = fixture.role.tags.unwrap().into_iter().map(|tag| (tag.key, tag.value)).collect();
        tags.sort();
        prop_assert_eq!(text::decode_pairs(&roles[1][at::<Roles>("tags")]), tags);
    }
}

#[test]
fn lists_of_facts_do_not_depend_on_the_order_in_which_aws_answers() {
    let plain = Fixture::default();
    let mut turned = Fixture::default();
    turned.role.tags.as_mut().unwrap().reverse();
    turned.role.attached_policies.as_mut().unwrap().reverse();
    assert_eq!(file::<Roles>([plain.row()]), file::<Roles>([turned.row()]));
    assert_eq!(Roles::columns().iter().filter(|column| column.kind == Kind::List).count(), 6);
}
