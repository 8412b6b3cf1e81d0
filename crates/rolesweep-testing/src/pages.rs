//! Pages of the repository that follow from the code, whole or in part, and the check that they are
//! up to date.
//!
//! `UPDATE_DOCS=1 cargo test --workspace docs` writes them again.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

/// A page of the repository, or the part of a page between two marks.
#[derive(Debug)]
pub struct Page {
    /// Its path in the repository.
    pub path: Cow<'static, str>,
    /// The name of the marks `<!-- name -->` and `<!-- /name -->`; `None` for a whole page.
    pub part: Option<&'static str>,
    /// What it has to say.
    pub text: String,
}

impl Page {
    /// A whole page.
    #[must_use]
    pub fn whole(path: impl Into<Cow<'static, str>>, text: String) -> Self {
        Self { path: path.into(), part: None, text }
    }

    /// A part of a page.
    #[must_use]
    pub fn part(path: &'static str, part: &'static str, text: String) -> Self {
        Self { path: path.into(), part: Some(part), text }
    }

    /// Checks that the page has this text, or writes it if `UPDATE_DOCS` is set.
    ///
    /// # Panics
    /// If the page is out of date, or lacks the marks.
    #[track_caller]
    pub fn check(&self) {
        let path = repository().join(&*self.path);
        let found = fs::read_to_string(&path).unwrap_or_default();
        let wanted = self.placed(&found);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, wanted).unwrap();
        } else {
            assert!(
                found == wanted,
                "{} is out of date: run `UPDATE_DOCS=1 cargo test --workspace docs`, look at it, and commit it",
                self.path
            );
        }
    }

    /// The file's content with the page's text inserted.
    #[track_caller]
    fn placed(&self, found: &str) -> String {
        let Some(part) = self.part else {
            return self.text.clone();
        };
        let (begin, end) = (format!("<!-- {part} -->\n"), format!("<!-- /{part} -->"));
        let (before, rest) =
            found.split_once(&begin).unwrap_or_else(|| panic!("{} has no mark {begin}", self.path));
        let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{} has no mark {end}", self.path));
        format!("{before}{begin}{}{end}{after}", self.text)
    }
}

/// The repository's folder.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_replaces_what_is_between_its_marks_and_nothing_else() {
        let page = Page::part("page.md", "a", "new\n".to_owned());
        let found = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n";
        let wanted = "before\n<!-- a -->\nnew\n<!-- /a -->\nafter\n";
        assert_eq!(page.placed(found), wanted);
        assert_eq!(page.placed(wanted), wanted);
    }

    #[test]
    #[should_panic(expected = "page.md has no mark <!-- /a -->")]
    fn a_page_without_its_marks_is_a_mistake() {
        let page = Page::part("page.md", "a", String::new());
        let _ = page.placed("<!-- a -->\nold\n");
    }
}
