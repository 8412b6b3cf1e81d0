//! What is wrong with the settings: where, what, and what to write instead. All mistakes are
//! collected and shown at once.

use std::fmt;
use std::io;
use std::path::PathBuf;

use rolesweep_model::text::one_line;

/// What is wrong with one value, and what to do about it. It does not know the value's place yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a lower-case fragment.
    pub what: String,
    /// What to do about it, as an imperative or a question.
    pub help: String,
}

impl Fault {
    /// A fault and its remedy.
    pub fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }

    /// Names the setting or field that the fault is about.
    pub(crate) fn of(self, name: &str) -> Self {
        Self { what: format!("{name}: {}", self.what), ..self }
    }
}

/// Where a value comes from. Mistakes are shown in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The built-in defaults.
    Default,
    /// A file as a whole.
    File(PathBuf),
    /// A place in a file. Lines and columns count from one; columns count characters.
    At {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// An environment variable.
    Environment(String),
    /// A flag, named with its dashes.
    Flag(&'static str),
}

impl Place {
    /// The layer of the place: a greater one wins.
    pub(crate) fn layer(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File(_) | Self::At { .. } => 1,
            Self::Environment(_) => 2,
            Self::Flag(_) => 3,
        }
    }

    /// The origin of a value, as `config show` names it.
    pub(crate) fn origin(&self) -> String {
        match self {
            Self::At { path, line, .. } => format!("{}:{line}", path.display()),
            Self::Environment(name) => format!("environment {name}"),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::At { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A fault and its place. Warnings are mistakes too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub place: Place,
    /// What.
    pub fault: Fault,
}

impl Mistake {
    /// A fault at a place.
    pub fn new(place: Place, fault: Fault) -> Self {
        Self { place, fault }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Somebody else may have written the value, so it must not move the cursor.
        let Fault { what, help } = &self.fault;
        write!(f, "{}: {}", one_line(&self.place.to_string()), one_line(what))?;
        write!(f, "\n  help: {}", one_line(help))
    }
}

/// What to do about a file that cannot be read: the `usual`, unless the process (`EMFILE`) or the
/// machine (`ENFILE`) has too many open files. The numbers are the same on Linux and on macOS.
pub(crate) fn unread<'a>(error: &io::Error, usual: &'a str) -> &'a str {
    match error.raw_os_error() {
        Some(24) => "raise the limit on open files (`ulimit -n`)",
        Some(23) => {
            "close other programs, or raise the machine's limit on open files (`sysctl fs.file-max`, on macOS `kern.maxfiles`)"
        }
        _ => usual,
    }
}

/// So many mistakes mean that the wrong file was named.
const MOST_SHOWN: usize = 200;

/// Everything that is wrong with the settings. Its `Display` is what the user sees. It keeps only
/// as many mistakes as are shown and counts the others, because describing each of a million takes
/// too long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigErrors {
    pub(crate) kept: Vec<Mistake>,
    pub(crate) more: usize,
}

impl ConfigErrors {
    /// Mistakes that were found when the settings met the organization, and how many more there are.
    pub fn of(mistakes: impl IntoIterator<Item = Mistake>, more: usize) -> Self {
        let mut kept: Vec<Mistake> = mistakes.into_iter().collect();
        kept.sort_by(|a, b| a.place.cmp(&b.place));
        Self { kept, more }
    }

    /// Notes a mistake. It is described only if it is kept.
    pub(crate) fn note(&mut self, mistake: impl FnOnce() -> Mistake) {
        if self.are_counted() {
            self.more += 1;
        } else {
            self.kept.push(mistake());
        }
    }

    /// Whether further mistakes are only counted.
    pub(crate) fn are_counted(&self) -> bool {
        self.kept.len() >= MOST_SHOWN
    }

    /// The value of a result, or `None` if it is a mistake, which is noted.
    pub(crate) fn take<T>(&mut self, result: Result<T, Mistake>) -> Option<T> {
        result.map_err(|mistake| self.note(|| mistake)).ok()
    }

    /// The mistakes in the order of their places; `Ok` if there are none.
    pub(crate) fn finish(mut self) -> Result<(), Self> {
        self.kept.sort_by(|a, b| a.place.cmp(&b.place));
        self.kept.dedup();
        if self.kept.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kept.len() + self.more {
            1 => f.write_str("invalid setting")?,
            count => write!(f, "{count} invalid settings")?,
        }
        for mistake in &self.kept {
            write!(f, "\n{mistake}")?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for ConfigErrors {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_shown_in_the_order_of_the_file_with_their_remedies() {
        let at = |line, column| Place::At { path: PathBuf::from("a.toml"), line, column };
        let kept = vec![
            Mistake::new(Place::Flag("--ou"), Fault::new("one", "do this")),
            Mistake::new(at(10, 1), Fault::new("two", "do this")),
            Mistake::new(at(9, 12), Fault::new("three", "do that")),
            Mistake::new(at(9, 12), Fault::new("three", "do that")),
            Mistake::new(Place::Environment("ROLESWEEP_OU".to_owned()), Fault::new("four", "do this")),
        ];
        assert_eq!(
            ConfigErrors { kept, more: 0 }.finish().unwrap_err().to_string(),
            "4 invalid settings\n\
             a.toml:9:12: three\n  help: do that\n\
             a.toml:10:1: two\n  help: do this\n\
             environment variable ROLESWEEP_OU: four\n  help: do this\n\
             flag --ou: one\n  help: do this"
        );
        assert_eq!(ConfigErrors::default().finish(), Ok(()));
    }

    #[test]
    fn a_file_of_another_kind_does_not_flood_the_terminal() {
        let at = |line| Place::At { path: PathBuf::from("a"), line, column: 1 };
        let mut errors = ConfigErrors::default();
        (1..=1000)
            .for_each(|line| errors.note(|| Mistake::new(at(line), Fault::new("\u{1b}[2Jx", "\u{1b}[2Jy"))));
        let text = errors.finish().unwrap_err().to_string();
        assert_eq!(text.lines().count(), 402);
        let first = "1000 invalid settings\na:1:1: \u{fffd}[2Jx\n  help: \u{fffd}[2Jy\n";
        assert!(text.starts_with(first), "{text}");
        assert!(text.ends_with("\nand 800 more"), "{text}");
    }
}
