//! Writes XML: elements and escaped text, only as much as the query protocol needs.

/// An XML document that is being written.
#[derive(Debug)]
pub(crate) struct Xml {
    out: String,
}

impl Xml {
    /// Starts a document with its outermost element and namespace.
    pub(crate) fn document(root: &str, namespace: &str) -> Self {
        let mut xml = Self { out: String::with_capacity(1024) };
        xml.out.push('<');
        xml.out.push_str(root);
        xml.out.push_str(" xmlns=\"");
        xml.out.push_str(namespace);
        xml.out.push_str("\">");
        xml
    }

    /// Reserves space for a body of about this many bytes.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.out.reserve(bytes);
    }

    /// An element that contains elements.
    pub(crate) fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.open(name);
        content(self);
        self.close(name);
    }

    /// An element that contains text.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.open(name);
        self.escaped(text);
        self.close(name);
    }

    /// An element whose text has nothing to escape: percent-encoded, or of letters, digits and
    /// dashes.
    pub(crate) fn plain(&mut self, name: &str, text: &str) {
        debug_assert!(!text.bytes().any(is_special), "{text}");
        self.open(name);
        self.out.push_str(text);
        self.close(name);
    }

    /// An element with several texts, one after the other.
    pub(crate) fn texts(&mut self, name: &str, texts: &[&str]) {
        self.open(name);
        for text in texts {
            self.escaped(text);
        }
        self.close(name);
    }

    pub(crate) fn number(&mut self, name: &str, number: u64) {
        self.text(name, &number.to_string());
    }

    pub(crate) fn boolean(&mut self, name: &str, value: bool) {
        self.text(name, if value { "true" } else { "false" });
    }

    /// An element with an instant in IAM's format.
    pub(crate) fn instant(&mut self, name: &str, instant: jiff::Timestamp) {
        self.open(name);
        push_instant(&mut self.out, instant);
        self.close(name);
    }

    pub(crate) fn empty(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str("/>");
    }

    pub(crate) fn finish(mut self, root: &str) -> String {
        self.close(root);
        self.out
    }

    fn open(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        // Most texts have nothing to escape.
        while let Some(at) = rest.bytes().position(is_special) {
            self.out.push_str(&rest[..at]);
            self.out.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                // A parser would turn a bare carriage return into a line feed.
                _ => "&#xD;",
            });
            rest = &rest[at + 1..];
        }
        self.out.push_str(rest);
    }
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\r')
}

/// Writes an instant as in RFC 3339.
///
/// Large answers have several for each role, nearly all in whole seconds, and the general function
/// takes several times as long.
fn push_instant(out: &mut String, instant: jiff::Timestamp) {
    let civil = jiff::tz::TimeZone::UTC.to_datetime(instant);
    let (Ok(year @ 0..=9999), 0) = (u16::try_from(civil.year()), civil.subsec_nanosecond()) else {
        out.push_str(&instant.to_string());
        return;
    };
    let mut text = *b"0000-00-00T00:00:00Z";
    let mut put = |at: usize, number: u16| {
        // Two digits each.
        let [tens, ones] = [number / 10 % 10, number % 10].map(|digit| b"0123456789"[usize::from(digit)]);
        text[at] = tens;
        text[at + 1] = ones;
    };
    put(0, year / 100);
    put(2, year % 100);
    for (at, number) in
        [(5, civil.month()), (8, civil.day()), (11, civil.hour()), (14, civil.minute()), (17, civil.second())]
    {
        put(at, u16::from(number.unsigned_abs()));
    }
    out.push_str(std::str::from_utf8(&text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_everywhere_else() {
        for text in [
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "1999-12-31T23:59:59Z",
            "2000-02-29T00:00:00Z",
            "2026-11-22T12:34:56Z",
            "2100-03-01T01:02:03Z",
            "9999-12-30T21:00:00Z",
            "2026-11-22T12:34:56.5Z",
            "-000001-01-01T00:00:00Z",
        ] {
            let mut xml = Xml::document("A", "");
            xml.instant("B", text.parse().unwrap());
            assert_eq!(xml.finish("A"), format!("<A xmlns=\"\"><B>{text}</B></A>"));
        }
    }

    #[test]
    fn text_is_escaped_and_elements_nest() {
        let mut xml = Xml::document("A", "https://example.com/");
        xml.within("B", |xml| xml.text("C", "<a href=\"x\">&\r\n\té</a>"));
        xml.empty("D");
        xml.number("E", 7);
        xml.boolean("F", true);
        xml.instant("G", "2020-02-29T23:59:59Z".parse().unwrap());
        assert_eq!(
            xml.finish("A"),
            "<A xmlns=\"https://example.com/\"><B><C>&lt;a href=&quot;x&quot;&gt;&amp;&#xD;\n\té&lt;/a&gt;</C></B><D/><E>7</E>\
             <F>true</F><G>2020-02-29T23:59:59Z</G></A>"
        );
    }
}
