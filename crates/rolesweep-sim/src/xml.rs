//! Writing XML: elements and escaped text, no more than the query protocol needs.

/// An XML document as it is written.
#[derive(Debug)]
pub(crate) struct Xml {
    out: String,
}

impl Xml {
    /// Begins a document with its outermost element and namespace.
    pub(crate) fn document(root: &str, namespace: &str) -> Self {
        let mut xml = Self { out: String::with_capacity(1024) };
        xml.out.push('<');
        xml.out.push_str(root);
        xml.out.push_str(" xmlns=\"");
        xml.out.push_str(namespace);
        xml.out.push_str("\">");
        xml
    }

    /// Makes room for a body of about this many bytes.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.out.reserve(bytes);
    }

    /// An element with elements in it.
    pub(crate) fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.open(name);
        content(self);
        self.close(name);
    }

    /// An element with text in it.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.open(name);
        self.escaped(text);
        self.close(name);
    }

    /// An element with a number in it.
    pub(crate) fn number(&mut self, name: &str, number: u64) {
        self.text(name, &number.to_string());
    }

    /// An element with `true` or `false` in it.
    pub(crate) fn boolean(&mut self, name: &str, value: bool) {
        self.text(name, if value { "true" } else { "false" });
    }

    /// An element with an instant in it, as IAM writes them.
    pub(crate) fn instant(&mut self, name: &str, instant: jiff::Timestamp) {
        self.text(name, &instant.to_string());
    }

    /// An element with nothing in it.
    pub(crate) fn empty(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str("/>");
    }

    /// Ends the document.
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
        let special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\r');
        let mut rest = text;
        // Most texts, percent-encoded documents above all, have nothing to escape.
        while let Some(at) = rest.bytes().position(special) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
