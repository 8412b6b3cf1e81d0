//! Policy documents, shared and encoded once.

use std::fmt;
use std::sync::{Arc, OnceLock};

use percent_encoding::utf8_percent_encode;

use crate::sigv4::RESERVED;

/// A policy document. It is cheap to copy, because copies share the text.
#[derive(Clone)]
pub struct Document(Arc<DocumentText>);

struct DocumentText {
    plain: Box<str>,
    // It is encoded when it is first sent. Thousands of roles share most documents of a large
    // organization.
    encoded: OnceLock<Box<str>>,
}

impl Document {
    /// A document with this text, which should be JSON.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Arc::new(DocumentText { plain: text.into().into_boxed_str(), encoded: OnceLock::new() }))
    }

    /// A trust policy that lets these AWS principals (accounts, ARNs, unique ids, `*`) assume the
    /// role.
    #[must_use]
    pub fn trusting(principals: &[&str]) -> Self {
        Self::statement(&format!(
            r#""Principal":{{"AWS":{}}},"Action":"sts:AssumeRole""#,
            json_list(principals)
        ))
    }

    /// A trust policy that lets an AWS service (`ec2.amazonaws.com`) assume the role.
    #[must_use]
    pub fn trusting_service(service: &str) -> Self {
        Self::statement(&format!(r#""Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole""#))
    }

    /// A permission policy that allows these actions on everything.
    #[must_use]
    pub fn allowing(actions: &[&str]) -> Self {
        Self::statement(&format!(r#""Action":{},"Resource":"*""#, json_list(actions)))
    }

    /// A document with one statement that allows, followed by the rest of the statement. The keys
    /// keep this order.
    pub(crate) fn statement(rest: &str) -> Self {
        Self::statements(&[format!(r#"{{"Effect":"Allow",{rest}}}"#)])
    }

    pub(crate) fn statements(statements: &[String]) -> Self {
        Self::new(format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.plain
    }

    /// The text, percent-encoded as IAM sends it (RFC 3986).
    #[must_use]
    pub fn encoded(&self) -> &str {
        self.0
            .encoded
            .get_or_init(|| utf8_percent_encode(&self.0.plain, RESERVED).to_string().into_boxed_str())
    }
}

pub(crate) fn json_list<T: AsRef<str>>(texts: &[T]) -> String {
    // Written by hand: the order and spelling of documents must not depend on how serde_json is
    // built.
    let quoted: Vec<String> =
        texts.iter().map(|text| serde_json::Value::from(text.as_ref()).to_string()).collect();
    format!("[{}]", quoted.join(","))
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.plain)
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.0.plain == other.0.plain
    }
}

impl Eq for Document {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_encoded_as_rfc_3986_says() {
        let document = Document::new("{\"a\": \"é~_.-+/*\"}\n");
        assert_eq!(document.encoded(), "%7B%22a%22%3A%20%22%C3%A9~_.-%2B%2F%2A%22%7D%0A");
        assert_eq!(document.clone().text(), document.text());
    }
}
