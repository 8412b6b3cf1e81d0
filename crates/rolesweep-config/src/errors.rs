//! Mistakes in the settings: where each one is, what is wrong, and what to write instead. They are gathered, never thrown one by one.

use std::fmt;
use std::io;
use std::path::PathBuf;

use rolesweep_model::text::one_line;

/// What is wrong with one value, before anybody knows where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a lower-case fragment.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Fault {
    /// A fault without a remedy of its own.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Where a value stands. The order is the one that mistakes are shown in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a file, as a whole: it cannot be read.
    File(PathBuf),
    /// In a file, at a line and a column. Both count from one; columns count characters.
    At {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// In an environment variable.
    Environment(String),
    /// In a flag, named with its dashes.
    Flag(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::At { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A fault and its place. Also what a warning is made of.
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
        // A value that somebody else wrote must not get at the terminal by way of a message.
        write!(f, "{}: {}", one_line(&self.place.to_string()), one_line(&self.fault.what))?;
        match &self.fault.hint {
            Some(hint) => write!(f, "\n  help: {}", one_line(hint)),
            None => Ok(()),
        }
    }
}

/// What to do about a file that cannot be read: the `usual`, unless it is the limit on open files, of the process (`EMFILE`) or the machine
/// (`ENFILE`; the same numbers on Linux and on macOS).
pub(crate) fn unread<'a>(error: &io::Error, usual: &'a str) -> &'a str {
    match error.raw_os_error() {
        Some(24 | 23) => "raise the limit on open files (`ulimit -n`)",
        _ => usual,
    }
}

/// More than a person can read means that the wrong file was named.
const MOST_SHOWN: usize = 200;

/// Mistakes as they are found. Of one file no more are kept than are shown, and the others are counted: to describe each of a million takes longer than
/// anybody waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// Those that are kept.
    pub kept: Vec<Mistake>,
    /// How many there are beside these.
    pub more: usize,
}

impl Mistakes {
    /// Notes a mistake, which is described only if it is kept.
    pub fn note(&mut self, mistake: impl FnOnce() -> Mistake) {
        if self.are_counted() {
            self.more += 1;
        } else {
            self.kept.push(mistake());
        }
    }

    /// Whether further ones are only counted.
    pub fn are_counted(&self) -> bool {
        self.kept.len() >= MOST_SHOWN
    }

    /// Adds those of another source.
    pub fn add(&mut self, others: Self) {
        self.kept.extend(others.kept);
        self.more += others.more;
    }
}

/// Everything that is wrong with the settings, at once. Its `Display` is what the user sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors {
    mistakes: Vec<Mistake>,
    more: usize,
}

impl ConfigErrors {
    /// The mistakes in the order of their places; `None` where there are none.
    pub fn gather(Mistakes { kept: mut mistakes, more }: Mistakes) -> Option<Self> {
        mistakes.sort_by(|a, b| a.place.cmp(&b.place));
        mistakes.dedup();
        (!mistakes.is_empty()).then_some(Self { mistakes, more })
    }

    /// One more, before the others.
    #[must_use]
    pub fn with(mut self, first: Mistake) -> Self {
        self.mistakes.insert(0, first);
        self
    }
}

impl From<Mistake> for ConfigErrors {
    fn from(mistake: Mistake) -> Self {
        Self { mistakes: vec![mistake], more: 0 }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mistakes.len() + self.more {
            1 => f.write_str("the settings hold a mistake")?,
            count => write!(f, "the settings hold {count} mistakes")?,
        }
        for mistake in self.mistakes.iter().take(MOST_SHOWN) {
            write!(f, "\n{mistake}")?;
        }
        match self.mistakes.len().saturating_sub(MOST_SHOWN) + self.more {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for ConfigErrors {}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(kept: Vec<Mistake>) -> Mistakes {
        Mistakes { kept, more: 0 }
    }

    #[test]
    fn mistakes_are_shown_in_the_order_of_the_file_with_their_remedies() {
        let at = |line, column| Place::At { path: PathBuf::from("a.toml"), line, column };
        let errors = ConfigErrors::gather(kept(vec![
            Mistake::new(Place::Flag("--ou"), Fault::new("one")),
            Mistake::new(at(10, 1), Fault::new("two")),
            Mistake::new(at(9, 12), Fault::new("three").hint("do that")),
            Mistake::new(at(9, 12), Fault::new("three").hint("do that")),
            Mistake::new(Place::Environment("ROLESWEEP_OU".to_owned()), Fault::new("four")),
        ]))
        .unwrap();
        assert_eq!(
            errors.to_string(),
            "the settings hold 4 mistakes\n\
             a.toml:9:12: three\n  help: do that\n\
             a.toml:10:1: two\n\
             environment variable ROLESWEEP_OU: four\n\
             flag --ou: one"
        );
        assert_eq!(ConfigErrors::gather(Mistakes::default()), None);
    }

    #[test]
    fn a_file_of_another_kind_does_not_flood_the_terminal() {
        let at = |line| Place::At { path: PathBuf::from("a"), line, column: 1 };
        let mut mistakes = Mistakes::default();
        (1..=1000).for_each(|line| mistakes.note(|| Mistake::new(at(line), Fault::new("\u{1b}[2Jx"))));
        let text = ConfigErrors::gather(mistakes).unwrap().to_string();
        assert_eq!(text.lines().count(), 202);
        assert!(text.starts_with("the settings hold 1000 mistakes\na:1:1: \u{fffd}[2Jx\n"), "{text}");
        assert!(text.ends_with("\nand 800 more"), "{text}");
    }
}
