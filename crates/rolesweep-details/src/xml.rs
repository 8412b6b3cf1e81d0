//! The XML of the query protocol of IAM and STS: elements that hold either elements or text.

use std::borrow::Cow;
use std::collections::HashSet;
use std::str::Utf8Error;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

/// Why a text is not such XML. It shows nothing of the text, because that may be an answer with
/// credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// It is binary, or has lost bytes.
    #[error("the XML is not UTF-8")]
    Encoding,
    /// It is cut off, or something completely different.
    #[error("the XML stops before its end")]
    Unfinished,
    /// An element ends that was not open.
    #[error("the XML has an end tag without its start tag")]
    Unmatched,
    /// It has no root element, or more than one.
    #[error("the XML has no root, or more than one")]
    Roots,
    /// There is text where only elements are allowed, or an element where only text is.
    #[error("the XML has text instead of an element, or an element instead of text")]
    Misplaced,
    /// A name has a prefix, which AWS does not use. As the name of an unknown element, it would be
    /// skipped silently with all that it holds.
    #[error("the XML has names with prefixes")]
    Prefix,
    /// An entity or a character that XML does not have.
    #[error("the XML has a reference to no character")]
    Reference,
    /// An element comes twice beside each other, and is not a list's member. Taking one of the two
    /// would lose the other.
    #[error("the XML has an element twice that can occur only once")]
    Twice,
    /// Not XML for another reason.
    #[error("the XML is not well-formed")]
    Syntax,
}

impl From<Utf8Error> for XmlError {
    fn from(_: Utf8Error) -> Self {
        Self::Encoding
    }
}

impl From<Error> for XmlError {
    fn from(error: Error) -> Self {
        match error {
            // Markup that begins and does not end.
            Error::Syntax(_) | Error::IllFormed(IllFormedError::MissingEndTag(_)) => Self::Unfinished,
            Error::IllFormed(
                IllFormedError::UnmatchedEndTag(_) | IllFormedError::MismatchedEndTag { .. },
            ) => Self::Unmatched,
            Error::IllFormed(IllFormedError::UnclosedReference) | Error::Escape(_) => Self::Reference,
            _ => Self::Syntax,
        }
    }
}

/// The name of every list member in IAM and STS. Every other element comes once in its parent.
const MEMBER: &str = "member";

/// A position in a document, which only moves forward.
pub struct Xml<'x> {
    reader: Reader<&'x [u8]>,
}

impl<'x> Xml<'x> {
    /// Begins before the root.
    pub fn new(document: &'x [u8]) -> Result<Self, XmlError> {
        let mut reader = Reader::from_str(str::from_utf8(document)?);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { reader })
    }

    /// Calls `each` with the name of every element at this level, just after its start tag. `each`
    /// has to move past the end tag, by [`Xml::children`], [`Xml::text`] or [`Xml::skip`]. Then
    /// moves past the end tag of the parent.
    pub fn children<E: From<XmlError>>(
        &mut self,
        mut each: impl FnMut(&mut Self, &str) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            match self.next()? {
                Event::Start(start) if start.name().as_ref().contains(':') => {
                    return Err(XmlError::Prefix.into());
                }
                Event::Start(start) => each(self, start.name().as_ref())?,
                Event::End(_) => return Ok(()),
                Event::Text(text) if text.trim_ascii().is_empty() => {}
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
                Event::Eof => return Err(XmlError::Unfinished.into()),
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) | Event::Empty(_) => {
                    return Err(XmlError::Misplaced.into());
                }
            }
        }
    }

    /// Returns the text of the element whose start tag was just read, and moves past its end tag.
    pub fn text(&mut self) -> Result<Cow<'x, str>, XmlError> {
        let mut whole = Cow::Borrowed("");
        loop {
            match self.next()? {
                Event::Text(part) => append(&mut whole, part.into_inner()),
                Event::CData(part) => append(&mut whole, part.into_inner()),
                Event::GeneralRef(reference) => append(&mut whole, character(&reference)?),
                Event::End(_) => return Ok(whole),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => return Err(XmlError::Unfinished),
                Event::Start(_) | Event::Empty(_) | Event::Decl(_) | Event::DocType(_) => {
                    return Err(XmlError::Misplaced);
                }
            }
        }
    }

    /// Moves past the end tag of the element whose start tag was just read, whatever it holds.
    pub fn skip(&mut self) -> Result<(), XmlError> {
        let mut open = 1_usize;
        while open > 0 {
            match self.next()? {
                Event::Start(_) => open += 1,
                Event::End(_) => open -= 1,
                Event::Eof => return Err(XmlError::Unfinished),
                _ => {}
            }
        }
        Ok(())
    }

    /// As [`Xml::skip`], with the checks of [`check`].
    fn skip_checked(&mut self) -> Result<(), XmlError> {
        // The names of the children of each open element.
        let mut open = vec![HashSet::new()];
        while let Some(siblings) = open.last_mut() {
            match self.next()? {
                Event::Start(start) => {
                    let name = start.name().as_ref().to_owned();
                    if name != MEMBER && !siblings.insert(name) {
                        return Err(XmlError::Twice);
                    }
                    open.push(HashSet::new());
                }
                Event::End(_) => drop(open.pop()),
                Event::Eof => return Err(XmlError::Unfinished),
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads a whole document: calls `root` with the name of its only root, as [`Xml::children`]
    /// does.
    pub fn document<E: From<XmlError>>(
        &mut self,
        mut root: impl FnMut(&mut Self, &str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut roots = 0_usize;
        loop {
            match self.next()? {
                Event::Start(start) => {
                    roots += 1;
                    root(self, start.name().as_ref())?;
                }
                Event::Eof if roots == 1 => return Ok(()),
                Event::Eof => return Err(XmlError::Roots.into()),
                Event::Text(text) if text.trim_ascii().is_empty() => {}
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
                _ => return Err(XmlError::Misplaced.into()),
            }
        }
    }

    fn next(&mut self) -> Result<Event<'x>, XmlError> {
        match self.reader.read_event()? {
            // quick-xml reads a `<` as part of the name: this start tag has lost its end, and with
            // it all text up to the next tag.
            Event::Start(start) if start.contains('<') => Err(XmlError::Unfinished),
            // quick-xml accepts anything as a name. A damaged name would be skipped as an unknown
            // element.
            Event::Start(start) if !is_name(start.name().as_ref()) => Err(XmlError::Syntax),
            event => Ok(event),
        }
    }
}

/// Whether XML allows this name (XML 1.0, section 2.3). Only its ASCII characters are checked.
fn is_name(name: &str) -> bool {
    let begins = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || !byte.is_ascii();
    let goes_on = |byte: u8| begins(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    name.bytes().next().is_some_and(begins) && name.bytes().all(goes_on)
}

/// Checks that a document is whole: one root, every element closed by its own name, and nothing
/// twice beside each other but the members of lists.
pub fn check(document: &[u8]) -> Result<(), XmlError> {
    Xml::new(document)?.document(|xml, _| xml.skip_checked())
}

fn append<'x>(whole: &mut Cow<'x, str>, part: Cow<'x, str>) {
    if whole.is_empty() { *whole = part } else { whole.to_mut().push_str(&part) }
}

/// The text of a reference: one of XML's own five entities, or a character by its number.
fn character(reference: &BytesRef<'_>) -> Result<Cow<'static, str>, XmlError> {
    match reference.resolve_char_ref()? {
        Some(character) => Ok(Cow::Owned(character.to_string())),
        None => resolve_xml_entity(reference).map(Cow::Borrowed).ok_or(XmlError::Reference),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "<?xml version=\"1.0\"?>\n<a xmlns=\"x>y\"><!-- <b> --><b>it's &lt;</b ><c/><d e='\"'/><![CDATA[<x>]]></a>\n";

    #[test]
    fn a_whole_document_passes() {
        for text in [WHOLE, "<a/>", "<a></a>"] {
            assert_eq!(check(text.as_bytes()), Ok(()), "{text}");
        }
    }

    #[test]
    fn every_part_of_a_document_is_refused() {
        let end = WHOLE.trim_end().len();
        for cut in 0..end {
            assert!(check(&WHOLE.as_bytes()[..cut]).is_err(), "{}", &WHOLE[..cut]);
        }
    }

    #[test]
    fn tags_that_do_not_match_are_refused() {
        for text in [
            "",
            "text",
            "{}",
            "<a></b>",
            "<a><b></a></b>",
            "</a>",
            "<a/><a/>",
            "<a></a></a>",
            "<a><b></a>",
            "<a/>b",
            "<a><b<c/></a>",
            "<a b='<'/>",
            "<a><%b/></a>",
            "<a><1b/></a>",
            "<a><b&c/></a>",
        ] {
            assert!(check(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(check(b"<a>\xff</a>"), Err(XmlError::Encoding));
    }

    #[test]
    fn elements_that_may_come_once_are_refused_twice() {
        for text in ["<a><b/><b/></a>", "<a><c/><b>1</b><c/></a>", "<a><member><b/><b/></member></a>"] {
            assert_eq!(check(text.as_bytes()), Err(XmlError::Twice), "{text}");
        }
        let list = "<a><member><b/></member><member><b/></member><c><b/></c></a>";
        assert_eq!(check(list.as_bytes()), Ok(()));
    }

    fn text_of(inside: &str) -> Result<String, XmlError> {
        let document = format!("<a>{inside}</a>");
        let mut found = String::new();
        Xml::new(document.as_bytes())?.document(|xml, _| {
            found = xml.text()?.into_owned();
            Ok::<_, XmlError>(())
        })?;
        Ok(found)
    }

    #[test]
    fn text_is_what_it_stands_for() {
        for (inside, text) in [
            ("", ""),
            (" a ", " a "),
            ("a &amp;&lt;&gt;&quot;&apos;&#10;&#x1F600;b", "a &<>\"'\n\u{1f600}b"),
            ("&lt;b/&gt;", "<b/>"),
            ("a<!-- b -->c", "ac"),
            ("<![CDATA[<x>]]>&amp;", "<x>&"),
        ] {
            assert_eq!(text_of(inside).as_deref(), Ok(text), "{inside}");
        }
        for (inside, why) in [
            ("&nbsp;", XmlError::Reference),
            ("&#xD800;", XmlError::Reference),
            ("a & b", XmlError::Reference),
            ("<b/>", XmlError::Misplaced),
            ("a<b>c</b>", XmlError::Misplaced),
        ] {
            assert_eq!(text_of(inside), Err(why), "{inside}");
        }
    }

    #[test]
    fn children_are_visited_one_by_one_and_nothing_else_may_stand_between_them() {
        let read = |inside: &str| {
            let mut names = Vec::new();
            let document = format!("<a>{inside}</a>");
            Xml::new(document.as_bytes())?.document(|xml, _| {
                xml.children(|xml, name| {
                    names.push(name.to_owned());
                    xml.skip()
                })
            })?;
            Ok::<_, XmlError>(names)
        };
        assert_eq!(read("\n<b><c>x</c></b> <d/><!-- e -->\n"), Ok(vec!["b".to_owned(), "d".to_owned()]));
        for stray in ["x", "&amp;", "<![CDATA[]]>"] {
            assert_eq!(read(&format!("<b/>{stray}")), Err(XmlError::Misplaced), "{stray}");
        }
    }
}
