//! Measures what a store costs: bytes and time for each role.
//!
//! `cargo run --release -p rolesweep-store --example measure [accounts] [roles each]`

#![expect(clippy::print_stdout, reason = "this example prints figures")]

use std::path::Path;
use std::time::Instant;

use rolesweep_model::{Coverage, RolePage};
use rolesweep_store::{EncodedPage, Store};
use rolesweep_testing as support;

/// The pages of an account.
fn pages(account: u64, each: u64) -> Result<Vec<RolePage>, Box<dyn std::error::Error>> {
    let id = support::account_id(account);
    let starts = (0..each).step_by(usize::try_from(PAGE)?);
    let page = |start: u64| {
        let mut page = support::page(id.as_str(), start..(start + PAGE).min(each));
        // Ids differ between accounts too.
        for (at, role) in (account * each + start..).zip(&mut page.roles) {
            role.role.role_id = support::collected(id.as_str(), "/", "x", at).role.role_id;
        }
        page
    };
    Ok(starts.map(page).collect())
}

/// The bytes that the history of a second scan of the same roles takes, and the seconds that it
/// takes to make it.
fn later_history(path: &Path, accounts: u64, each: u64) -> Result<(f64, f64), Box<dyn std::error::Error>> {
    let mut store = Store::open(path, &support::key())?;
    let scan = support::scan(2);
    store.begin_scan(&scan)?;
    for number in 1..=accounts {
        let id = support::account_id(number);
        store.begin(scan.id, id)?;
        for page in pages(number, each)? {
            store.append(scan.id, id, &page)?;
        }
        store.finish(scan.id, &support::record(id, Coverage::Scanned, each))?;
    }
    drop(store);
    let before = std::fs::metadata(path)?.len();
    let mut store = Store::open(path, &support::key())?;
    let begun = Instant::now();
    store.finish_scan(scan.id, &support::end())?;
    let seconds = begun.elapsed().as_secs_f64();
    drop(store);
    Ok((std::fs::metadata(path)?.len().saturating_sub(before) as f64, seconds))
}

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
        let pages = pages(number, each)?;
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
    let begun = Instant::now();
    store.finish_scan(scan.id, &support::end())?;
    let first = begun.elapsed().as_secs_f64();
    drop(store);
    let roles = (accounts * each) as f64;
    let bytes = std::fs::metadata(&path)?.len() as f64;
    let (history, finishing) = later_history(&path, accounts, each)?;
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
    println!("later history   {:8.1} bytes a role", history / roles);
    for (what, seconds) in [
        ("encoding pages", encoding),
        ("writing them", writing),
        ("reading roles", reading),
        ("first history", first),
        ("later history", finishing),
    ] {
        println!("{what:15} {:8.2} µs a role", seconds * 1e6 / roles);
    }
    Ok(())
}
