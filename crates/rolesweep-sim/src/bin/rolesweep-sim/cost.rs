//! What the process has cost so far, as far as the system says without calling C.

use std::fs;

/// Ticks a second in `/proc`, whatever the kernel's own clock: Linux's `USER_HZ`.
const TICKS: f64 = 100.0;

/// User and system CPU seconds of this process; `None` without `/proc`.
pub(super) fn cpu_seconds() -> Option<(f64, f64)> {
    cpu_of(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// The most memory that this process held, in bytes; `None` without `/proc`.
pub(super) fn peak_bytes() -> Option<u64> {
    peak_of(&fs::read_to_string("/proc/self/status").ok()?)
}

fn cpu_of(stat: &str) -> Option<(f64, f64)> {
    // The second field is the program's name in parentheses, and may contain anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_ascii_whitespace().skip(11).map(|field| field.parse::<f64>().ok());
    Some((ticks.next()?? / TICKS, ticks.next()?? / TICKS))
}

fn peak_of(status: &str) -> Option<u64> {
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(peak.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_files_are_read() {
        let stat = "42 (a ) (b) S 1 42 42 0 -1 4194560 1 0 0 0 250 75 0 0 20 0 1 0 1 1 1";
        assert_eq!(cpu_of(stat), Some((2.5, 0.75)));
        assert_eq!(peak_of("Name:\tx\nVmHWM:\t    1234 kB\nVmRSS:\t 1 kB\n"), Some(1234 * 1024));
        assert_eq!(cpu_of("42 (a) S 1"), None);
        assert_eq!(peak_of(""), None);
    }
}
