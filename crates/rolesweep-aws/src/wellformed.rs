//! Makes sure that an answer is all there.
//!
//! The SDK's reader of IAM's and STS's answers does not mind an end tag of the wrong name, nor a
//! document that stops in the middle, nor a list that comes twice, and its reader of JSON takes the
//! last of two values of one key: roles or accounts would be missing without a word. So each answer
//! is checked before it counts, whatever the operation. Pages of roles are not checked here:
//! [`rolesweep_details`] checks them as it reads.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use rolesweep_details::xml::{self, Xml, XmlError};

use crate::capture_body::BodyIsCaptured;
use crate::json;

/// The status of AWS's answers. Others of the kind are somebody else's words: 203 is changed, and
/// 206 is a part.
const OK: u16 = 200;

/// Refuses successful answers that are not whole.
#[derive(Debug)]
pub(crate) enum WellFormed {
    /// IAM's and STS's.
    Xml,
    /// Organizations'.
    Json,
}

impl Intercept for WellFormed {
    fn name(&self) -> &'static str {
        "WellFormed"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        if !response.status().is_success() || context.output_or_error().is_err() {
            return Ok(());
        }
        if response.status().as_u16() != OK {
            return Err("AWS answers with status 200".into());
        }
        if config.load::<BodyIsCaptured>().is_some() {
            return Ok(());
        }
        let body = response.body().bytes().unwrap_or_default();
        match self {
            Self::Xml => xml::check(body).map_err(Into::into),
            Self::Json => json::check(body).map_err(Into::into),
        }
    }
}

/// Refuses a successful answer that lacks what AWS always sends, and without which it would read as
/// the end of a list.
#[derive(Debug)]
pub(crate) struct Holds {
    /// The element that holds the others.
    pub(crate) result: &'static str,
    /// What has to be in it.
    pub(crate) elements: &'static [&'static str],
}

impl Intercept for Holds {
    fn name(&self) -> &'static str {
        "Holds"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        if !response.status().is_success() || context.output_or_error().is_err() {
            return Ok(());
        }
        let body = response.body().bytes().unwrap_or_default();
        match missing(body, self.result, self.elements)? {
            Some(missing) => Err(format!("there is no `{missing}`").into()),
            None => Ok(()),
        }
    }
}

/// Whether the document's root has a child `inside` that holds all of these elements; gives the
/// first that is missing.
fn missing<'n>(document: &[u8], inside: &str, wanted: &[&'n str]) -> Result<Option<&'n str>, XmlError> {
    let mut found = vec![false; wanted.len()];
    Xml::new(document)?.document(|xml, _| {
        xml.children(|xml, name| {
            if name != inside {
                return xml.skip();
            }
            xml.children(|xml, name| {
                wanted.iter().zip(&mut found).for_each(|(wanted, found)| *found |= *wanted == name);
                xml.skip()
            })
        })
    })?;
    Ok(wanted.iter().zip(found).find(|(_, found)| !found).map(|(wanted, _)| *wanted))
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn what_is_missing_of_a_result_is_named() {
        let of = |document: &str| missing(document.as_bytes(), "r", &["b", "c"]).unwrap();
        assert_eq!(of("<a><r><c/><b>x</b></r></a>"), None);
        assert_eq!(of("<a><r><b/></r><c/></a>"), Some("c"));
        assert_eq!(of("<a><r><d><b/><c/></d></r></a>"), Some("b"));
        assert_eq!(of("<a/>"), Some("b"));
    }
}
