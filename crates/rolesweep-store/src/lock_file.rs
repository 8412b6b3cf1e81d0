//! What is in a lock file: which process writes to a store, and which scan it makes.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use jiff::Timestamp;
use rolesweep_model::ScanId;

/// The suffix of the lock file. It is a name of our own: files such as `Cargo.lock` belong to other
/// programs.
pub(crate) const SUFFIX: &str = ".rolesweep-lock";

/// The length of a lock file's only line. It is always the same, so that one write replaces the
/// line and readers never see a part of it.
const LINE: usize = 96;

/// The process that writes to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its id.
    pub pid: u32,
    /// Since when, to the second.
    pub since: Timestamp,
    /// The scan that it makes; `None` before the scan has begun and after it has ended.
    pub scan: Option<ScanId>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}, since {}", self.pid, self.since)
    }
}

impl Holder {
    /// This process, since now, without a scan.
    pub(crate) fn current() -> Self {
        let now = Timestamp::now();
        let since = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Self { pid: std::process::id(), since, scan: None }
    }

    /// Writes the holder into the lock file.
    pub(crate) fn write(&self, file: &File) -> io::Result<()> {
        let scan = self.scan.map(|scan| scan.to_string()).unwrap_or_default();
        let text = format!("{} {} {scan}", self.pid, self.since);
        let width = LINE - 1;
        file.write_all_at(format!("{text:<width$}\n").as_bytes(), 0)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.strip_suffix('\n')?.split_ascii_whitespace();
        let (pid, since) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let scan = words.next().map(str::parse).transpose().ok()?;
        (words.next().is_none() && text.len() == LINE).then_some(Self { pid, since, scan })
    }
}

/// Who is writing to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Writer {
    /// Nobody.
    Nobody,
    /// A process that the lock does not name.
    Unnamed,
    /// This process.
    Named(Holder),
}

impl Writer {
    /// The process, if it makes this scan.
    #[must_use]
    pub fn of(&self, id: ScanId) -> Option<&Holder> {
        match self {
            Self::Named(holder) if holder.scan == Some(id) => Some(holder),
            _ => None,
        }
    }

    /// The process that a lock file names; `None` if the file is not a lock file.
    pub(crate) fn named_in(file: &File) -> Option<Self> {
        // Longer than any lock file, so that a longer file is noticed.
        let mut bytes = [0; 2 * LINE];
        let read = file.read_at(&mut bytes, 0).unwrap_or_default();
        let text = str::from_utf8(bytes.get(..read)?).ok()?;
        if text.trim_matches('\0').is_empty() {
            Some(Self::Unnamed)
        } else {
            Holder::parse(text).map(Self::Named)
        }
    }
}
