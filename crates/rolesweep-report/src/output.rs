//! What is written to a file or a stream: gathered, counted and hashed on the way.

use std::io::{self, Write};

use crate::digest::{Digest, Written};

/// Bytes of a file, and how many rows they hold.
#[derive(Debug, Default)]
pub struct Rows {
    /// What stands in the file.
    pub bytes: Vec<u8>,
    /// How many rows that is, headers aside.
    pub count: u64,
}

/// How many bytes are gathered until they are worth a call of the system.
const GATHERED: usize = 64 * 1024;

/// Writes rows that were made elsewhere.
pub(crate) struct Output<W: Write> {
    digest: Digest<W>,
    gathered: Vec<u8>,
    rows: u64,
}

impl<W: Write> Output<W> {
    pub(crate) fn new(writer: W) -> Self {
        Self { digest: Digest::new(writer), gathered: Vec::new(), rows: 0 }
    }

    /// Writes rows. Errors are the writer's own, their kind unchanged.
    pub(crate) fn append(&mut self, mut rows: Rows) -> io::Result<()> {
        self.rows += rows.count;
        if rows.bytes.len() >= GATHERED {
            // Worth a call of the system as they are.
            self.hand_over()?;
            return self.digest.write_all(&rows.bytes);
        }
        self.gathered.append(&mut rows.bytes);
        if self.gathered.len() >= GATHERED { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        let written = self.digest.write_all(&self.gathered);
        // Whatever came of it: what failed in part must not be written twice.
        self.gathered.clear();
        written
    }

    /// Hands over what is still gathered, and tells what was written.
    pub(crate) fn finish(mut self) -> io::Result<(W, Written)> {
        self.hand_over()?;
        let (writer, written) = self.digest.finish()?;
        Ok((writer, Written { rows: Some(self.rows), ..written }))
    }
}
