//! Reads files up to a size, and pipes up to a time, because a variable may name anything.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// The most that AWS's configuration and credentials files may hold, in bytes.
pub(crate) const SETTINGS: u64 = 1024 * 1024;

/// The most that a token may hold.
pub(crate) const TOKEN: u64 = 64 * 1024;

/// The most that a file of certificates may hold. A whole system's certificates are about 250 KB.
pub(crate) const CERTIFICATES: u64 = 16 * 1024 * 1024;

/// How long a pipe's writer may take.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a pipe is left alone before it is read again.
const PAUSE: Duration = Duration::from_millis(10);

/// Opens a file, or a pipe or device, whether or not anybody writes into it.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    options.read(true).open(path)
}

/// The content of a file opened by `open`, up to `limit` bytes. A pipe may take this long.
fn read_in(time_limit: Duration, file: File, limit: u64) -> io::Result<Vec<u8>> {
    let is_pipe = is_pipe(&file)?;
    let until = Instant::now() + time_limit;
    let mut file = file.take(limit + 1);
    let mut bytes = Vec::new();
    loop {
        match file.read_to_end(&mut bytes) {
            // No writer has opened it yet.
            Ok(_) if is_pipe && bytes.is_empty() => {}
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        if Instant::now() >= until {
            let text = format!("its writer did not finish within {} s", time_limit.as_secs());
            return Err(io::Error::new(io::ErrorKind::TimedOut, text));
        }
        std::thread::sleep(PAUSE);
    }
    if bytes.len() as u64 > limit {
        let text = format!("it is larger than {}, the most that such a file may be", size(limit));
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
    }
    Ok(bytes)
}

/// The content of the file at a path, up to `limit` bytes.
///
/// # Errors
/// If it cannot be read, holds more, or is a pipe that delivers nothing in time.
pub(crate) fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_in(READ_TIMEOUT, open(path)?, limit)
}

/// The same, as text.
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read_file(path, limit)?).map_err(|_| {
        // The error itself would repeat the file's content.
        io::Error::new(io::ErrorKind::InvalidData, "it is not text (UTF-8)")
    })
}

fn size(bytes: u64) -> String {
    const MEGABYTE: u64 = 1024 * 1024;
    match bytes.is_multiple_of(MEGABYTE) {
        true => format!("{} MiB", bytes / MEGABYTE),
        false => format!("{} KiB", bytes / 1024),
    }
}

#[cfg(unix)]
fn is_pipe(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::FileTypeExt as _;
    Ok(file.metadata()?.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;

    /// A named pipe that is removed at the end.
    struct Pipe(PathBuf);

    impl Pipe {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("rolesweep-{}-{name}", std::process::id()));
            assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
            Self(path)
        }
    }

    impl Drop for Pipe {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    #[test]
    fn what_has_no_end_is_read_up_to_the_limit() {
        for (limit, words) in
            [(SETTINGS, "larger than 1 MiB"), (TOKEN, "larger than 64 KiB"), (CERTIFICATES, "16 MiB")]
        {
            let error = read_file(Path::new("/dev/zero"), limit).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
            assert!(error.to_string().contains(words), "{error}");
        }
        assert_eq!(read_file(Path::new("/dev/null"), TOKEN).unwrap(), b"");
        assert!(read_text(Path::new("/nonexistent"), TOKEN).is_err());
    }

    #[test]
    fn a_pipe_that_nobody_writes_into_is_given_up_and_another_is_read_to_its_end() {
        let pipe = Pipe::new("silent");
        let error = read_in(Duration::from_millis(50), open(&pipe.0).unwrap(), TOKEN).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{error}");
        let pipe = Pipe::new("slow");
        let path = pipe.0.clone();
        let writer = std::thread::spawn(move || {
            use std::io::Write as _;
            let mut file = File::options().write(true).open(path).unwrap();
            file.write_all(b"first ").unwrap();
            std::thread::sleep(Duration::from_millis(50));
            file.write_all(b"last").unwrap();
        });
        assert_eq!(read_file(&pipe.0, TOKEN).unwrap(), b"first last");
        writer.join().unwrap();
    }
}
