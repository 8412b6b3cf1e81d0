//! Measures what a store costs: bytes and time for each role.
//!
//! `cargo run --release -p rolesweep-store --example measure [accounts] [roles each]`

#![expect(clippy::print_stdout, reason = "this example prints figures")]

use std::time::Instant;

use rolesweep_model::{Coverage, RolePage};
use rolesweep_store::{EncodedPage, Store};
use rolesweep_testing as support;

/// Roles in a page.
const PAGE: u64 = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let accounts = numbers.next().transpose()?.unwrap_or(500);
    let each = numbers.next().transpose()?.unwrap_or(200);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("store.db");
    let mut store = Store::open(&path, &support::key())?;
    let scan = support::scan(1);
    store.begin_scan(&scan)?;
    let (mut encoding, mut writing) = (0.0, 0.0);
    for number in 1..=accounts {
        let id = support::account_id(number);
        let pages: Vec<RolePage> = (0..each)
            .step_by(usize::try_from(PAGE)?)
            .map(|start| {
                let mut page = support::page(id.as_str(), start..(start + PAGE).min(each));
                // Ids differ between accounts too.
                for (at, role) in (number * each + start..).zip(&mut page.roles) {
                    role.role.role_id = support::collected(id.as_str(), "/", "x", at).role.role_id;
                }
                page
            })
            .collect();
        let begun = Instant::now();
        let pages = pages.iter().map(EncodedPage::new).collect::<Result<Vec<_>, _>>()?;
        encoding += begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        store.begin(scan.id, id)?;
        for page in &pages {
            store.append_encoded(scan.id, id, page)?;
        }
        store.finish(scan.id, &support::record(id, Coverage::Scanned, each))?;
        writing += begun.elapsed().as_secs_f64();
    }
    store.finish_scan(scan.id, &support::end())?;
    drop(store);
    let roles = (accounts * each) as f64;
    let bytes = std::fs::metadata(&path)?.len() as f64;
    let store = Store::open_existing(&path)?;
    let begun = Instant::now();
    let mut read = 0_u64;
    for entry in store.accounts(scan.id)? {
        for role in store.roles(scan.id, entry?.account.id)? {
            role?;
            read += 1;
        }
    }
    let reading = begun.elapsed().as_secs_f64();
    println!("{read} roles in {accounts} accounts");
    println!("on disk         {:8.1} bytes a role", bytes / roles);
    for (what, seconds) in
        [("encoding pages", encoding), ("writing them", writing), ("reading roles", reading)]
    {
        println!("{what:15} {:8.2} µs a role", seconds * 1e6 / roles);
    }
    Ok(())
}
