//! Rows on their way into a file or a stream: gathered, counted and hashed.

use std::io::{self, Write};

use crate::sha256::Sha256Writer;

/// Bytes of a file, and how many rows they hold.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) bytes: Vec<u8>,
    /// How many rows that is, headers aside.
    pub(crate) count: u64,
}

impl Rows {
    /// Appends rows.
    pub(crate) fn append(&mut self, mut next: Self) {
        self.count += next.count;
        if self.bytes.is_empty() {
            // Without a copy.
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

/// How many bytes are gathered until they are worth a call of the system.
const GATHERED: usize = 64 * 1024;

/// Writes rows that were made elsewhere.
pub(crate) struct Output<W: Write> {
    writer: Sha256Writer<W>,
    gathered: Vec<u8>,
    rows: u64,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(writer: W) -> Self {
        Self { writer: Sha256Writer::new(writer), gathered: Vec::new(), rows: 0 }
    }

    /// Writes rows. Errors are the writer's own, their kind unchanged.
    pub(crate) fn append(&mut self, mut rows: Rows) -> io::Result<()> {
        self.rows += rows.count;
        if rows.bytes.len() >= GATHERED {
            // Worth a call of the system as they are.
            self.hand_over()?;
            return self.writer.write_all(&rows.bytes);
        }
        self.gathered.append(&mut rows.bytes);
        if self.gathered.len() >= GATHERED { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        let written = self.writer.write_all(&self.gathered);
        // Also after an error: what was written in part must not be written twice.
        self.gathered.clear();
        written
    }

    /// Hands over what is still gathered, and tells what was written.
    pub(crate) fn finish(mut self) -> io::Result<(W, Written)> {
        self.hand_over()?;
        let (writer, bytes, sha256) = self.writer.finish()?;
        Ok((writer, Written { rows: self.rows, bytes, sha256 }))
    }
}
