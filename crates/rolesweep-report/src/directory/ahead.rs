//! Bringing a file to the disk while it is still being written: a large report would otherwise wait for all of it at its end.

use std::fs::File;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// After how many bytes the next ones go to the disk. Small reports never come so far.
const STEP: u64 = 16 * 1024 * 1024;

/// Brings a file to the disk, step by step, on a thread of its own, which waits most of the time.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// How many bytes were written since the last step.
    written: u64,
    thread: Option<(SyncSender<()>, JoinHandle<io::Result<()>>)>,
}

impl Ahead {
    /// Bytes were written to this file. Whatever fails here is told by [`Self::finish`].
    pub(super) fn wrote(&mut self, bytes: usize, file: &File) {
        self.written += bytes as u64;
        if self.written < STEP {
            return;
        }
        self.written = 0;
        if self.thread.is_none() {
            self.thread = start(file);
        }
        if let Some((steps, _)) = &self.thread {
            // Where the disk is behind, or has failed, a step more says nothing new.
            let _ = steps.try_send(());
        }
    }

    /// Waits for the steps that have begun.
    ///
    /// # Errors
    /// What the disk said to any of them: it says so once, and not again to who asks later.
    pub(super) fn finish(self) -> io::Result<()> {
        let Some((steps, thread)) = self.thread else { return Ok(()) };
        drop(steps);
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Without a thread, or a second handle, everything is brought to the disk at the end.
fn start(file: &File) -> Option<(SyncSender<()>, JoinHandle<io::Result<()>>)> {
    let file = file.try_clone().ok()?;
    let (steps, due) = sync_channel(1);
    let work = move || due.iter().try_for_each(|()| file.sync_data());
    let thread = thread::Builder::new().name("report to disk".to_owned()).spawn(work).ok()?;
    Some((steps, thread))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _, Write as _};

    use super::*;

    #[test]
    fn all_steps_end_before_the_end_and_leave_what_was_written() {
        let mut file = tempfile::tempfile().unwrap();
        let mut ahead = Ahead::default();
        let block = vec![7; 1 << 20];
        for _ in 0..40 {
            file.write_all(&block).unwrap();
            ahead.wrote(block.len(), &file);
        }
        assert!(ahead.thread.is_some());
        ahead.finish().unwrap();
        file.rewind().unwrap();
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        assert!(read.len() == 40 << 20 && read.iter().all(|&byte| byte == 7));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_the_disk_says_to_a_step_is_told_at_the_end() {
        // It takes everything, and cannot be brought to a disk.
        let file = File::options().write(true).open("/dev/null").unwrap();
        let mut ahead = Ahead::default();
        ahead.wrote(usize::try_from(STEP).unwrap(), &file);
        assert_eq!(ahead.finish().unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn a_small_file_needs_no_thread() {
        let file = tempfile::tempfile().unwrap();
        let mut ahead = Ahead::default();
        ahead.wrote(1000, &file);
        assert!(ahead.thread.is_none());
        ahead.finish().unwrap();
    }
}
