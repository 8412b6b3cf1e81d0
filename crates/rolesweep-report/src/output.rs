//! Collects the rows of a file or stream, counts them and computes their hash.

use std::io::{self, BufWriter, IntoInnerError, Write};

use crate::sha256::Sha256Writer;

/// Bytes of a file, and how many rows they hold.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) bytes: Vec<u8>,
    /// How many rows that is, headers aside.
    pub(crate) count: u64,
}

impl Rows {
    pub(crate) fn append(&mut self, mut next: Self) {
        self.count += next.count;
        if self.bytes.is_empty() {
            // Moves the bytes instead of copying them.
            self.bytes = next.bytes;
        } else {
            self.bytes.append(&mut next.bytes);
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// How many rows, headers aside.
    pub rows: u64,
    /// How many bytes.
    pub bytes: u64,
    /// The SHA-256 of these bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// How many bytes are collected before they are written.
const GATHERED: usize = 64 * 1024;

/// Writes rows that were made elsewhere. Its errors are the writer's own, with the same kind.
pub(crate) struct Output<W: Write> {
    writer: BufWriter<Sha256Writer<W>>,
    rows: u64,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(writer: W) -> Self {
        Self { writer: BufWriter::with_capacity(GATHERED, Sha256Writer::new(writer)), rows: 0 }
    }

    pub(crate) fn append(&mut self, rows: &Rows) -> io::Result<()> {
        self.rows += rows.count;
        self.writer.write_all(&rows.bytes)
    }

    /// Writes the remaining bytes, and returns what was written.
    pub(crate) fn finish(self) -> io::Result<(W, Written)> {
        let writer = self.writer.into_inner().map_err(IntoInnerError::into_error)?;
        let (writer, bytes, sha256) = writer.finish()?;
        Ok((writer, Written { rows: self.rows, bytes, sha256 }))
    }
}
