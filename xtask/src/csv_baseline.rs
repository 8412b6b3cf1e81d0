//! The least cost of writing a table: the csv crate, with the cells in memory.

use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

use anyhow::Result;
use csv::ByteRecord;
use serde_json::json;

/// Reads a table into memory, and prints how long writing it takes: `csv-baseline FROM TO`.
pub(crate) fn run(from: &str, to: &str) -> Result<()> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(from)?;
    let records: Vec<ByteRecord> = reader.byte_records().collect::<Result<_, _>>()?;
    let began = Instant::now();
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(64 * 1024)
        .from_path(to)?;
    for record in &records {
        writer.write_byte_record(record)?;
    }
    let file: File = writer.into_inner()?;
    (&file).flush()?;
    let seconds = began.elapsed().as_secs_f64();
    crate::say(&json!({ "seconds": seconds, "rows": records.len() }).to_string());
    Ok(())
}
