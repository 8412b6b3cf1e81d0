//! The table of actions, as its file has it: services in order, each with the shapes of its
//! resources' ARNs and then its actions.

use std::ops::Range;
use std::sync::LazyLock;

use super::file::DataFile;
use super::level::AccessLevel;

/// A service, as the part of an action's name before the colon.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) name: &'static str,
    /// The ARNs of its resources, with `<p>`, `<r>`, `<a>` and `<n>` for partition, Region, account
    /// and name.
    pub(super) arns: Vec<&'static str>,
}

/// An action's line: its level, its name, and the numbers of the ARNs it acts on.
#[derive(Debug)]
pub(super) struct Entry {
    line: &'static str,
    service: u16,
    name_length: u8,
    /// Where its name in lower case begins.
    lower: u32,
}

impl Entry {
    /// Reads a line, and appends the name in lower case to the others.
    fn parse(line: &'static str, service: (usize, &str), lower: &mut String) -> Option<Self> {
        let name = line.get(2..)?.split(' ').next()?;
        let entry = Self {
            line,
            service: service.0.try_into().ok()?,
            name_length: name.len().try_into().ok()?,
            lower: lower.len().try_into().ok()?,
        };
        for text in [service.1, ":", name] {
            lower.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        }
        Some(entry)
    }

    pub(super) fn service(&self) -> &'static Service {
        &TABLE.services[usize::from(self.service)]
    }

    pub(super) fn name(&self) -> &'static str {
        &self.line[2..2 + usize::from(self.name_length)]
    }

    pub(super) fn level(&self) -> AccessLevel {
        match self.line.as_bytes().first() {
            Some(b'L') => AccessLevel::List,
            Some(b'R') => AccessLevel::Read,
            Some(b'T') => AccessLevel::Tagging,
            Some(b'W') => AccessLevel::Write,
            // A letter that is none of these is a mistake in the file. It counts as the worst.
            _ => AccessLevel::PermissionsManagement,
        }
    }

    /// The ARNs of the resources that the action needs. Empty if it takes none.
    pub(super) fn arns(&self) -> impl Iterator<Item = &'static str> {
        let numbers = self.line.get(3 + usize::from(self.name_length)..).unwrap_or_default();
        let arns = &self.service().arns;
        numbers.split(',').filter_map(|number| arns.get(number.parse::<usize>().ok()?).copied())
    }

    /// `service:name` in lower case.
    pub(super) fn lower(&self) -> &'static str {
        let begin = self.lower as usize;
        &TABLE.lower[begin..begin + self.service().name.len() + 1 + usize::from(self.name_length)]
    }
}

struct Table {
    file: DataFile,
    services: Vec<Service>,
    /// In the order of `service:name`, in lower case.
    entries: Vec<Entry>,
    /// Their names in lower case, one after the other: patterns are compared with these.
    lower: String,
    /// The length of the longest of these.
    longest: usize,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let file = DataFile::parse(include_str!("../../data/actions.txt"));
    let mut services: Vec<Service> = Vec::new();
    let mut entries = Vec::new();
    let mut lower = String::new();
    let mut longest = 0;
    for line in file.body.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            services.push(Service { name, arns: Vec::new() });
        } else if let Some(arn) = line.strip_prefix('=') {
            if let Some(service) = services.last_mut() {
                service.arns.push(arn);
            }
        } else if let Some((at, last)) = services.iter().enumerate().next_back() {
            let begin = lower.len();
            entries.extend(Entry::parse(line, (at, last.name), &mut lower));
            longest = longest.max(lower.len() - begin);
        }
    }
    Table { file, services, entries, lower, longest }
});

pub(super) fn file() -> &'static DataFile {
    &TABLE.file
}

pub(super) fn entries() -> &'static [Entry] {
    &TABLE.entries
}

/// The length of the longest name.
pub(super) fn longest() -> usize {
    TABLE.longest
}

/// The entries whose names begin with a text in lower case.
pub(super) fn beginning_with(text: &str) -> Range<usize> {
    let begin = TABLE.entries.partition_point(|entry| entry.lower() < text);
    let length = TABLE.entries[begin..].partition_point(|entry| entry.lower().starts_with(text));
    begin..begin + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert_eq!(entries().len(), TABLE.file.entries);
        assert_eq!((TABLE.services.len(), entries().len()), (457, 22_321));
        for entry in entries() {
            assert!(b"LRTWP".contains(&entry.line.as_bytes()[0]), "{entry:?}");
            let numbers = entry.line.split(' ').nth(2).map_or(0, |numbers| numbers.split(',').count());
            assert_eq!(entry.arns().count(), numbers, "{entry:?}");
        }
    }

    #[test]
    fn names_are_in_order_and_differ() {
        for pair in entries().windows(2) {
            assert!(pair[0].lower() < pair[1].lower(), "{pair:?}");
        }
    }
}
