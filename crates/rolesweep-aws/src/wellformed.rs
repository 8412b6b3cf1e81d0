//! Checks that an answer is whole.
//!
//! The SDK's XML reader, for IAM and STS, accepts a wrong end tag, a document that stops in the
//! middle, and a list that comes twice. Its JSON reader takes the last of two values of one key.
//! Roles or accounts would be missing silently. So each answer of every operation is checked before
//! it counts, except pages of roles, which [`rolesweep_details`] checks as it reads.

use rolesweep_connect::CheckAnswer;
use rolesweep_connect::errors::foreign::Form;
use rolesweep_details::xml::{self, Xml, XmlError};

use crate::capture_body::BodyIsCaptured;
use crate::json;

/// The status of AWS's answers. Other successes did not come from AWS unchanged: 203 is modified,
/// and 206 is a part.
const OK: u16 = 200;

/// Refuses successful answers that are not whole.
pub(crate) fn well_formed(form: Form) -> CheckAnswer {
    CheckAnswer::new(move |response, config| {
        if response.status().as_u16() != OK {
            return Err("AWS answers with status 200".into());
        }
        if config.load::<BodyIsCaptured>().is_some() {
            return Ok(());
        }
        let body = response.body().bytes().unwrap_or_default();
        match form {
            Form::Xml => xml::check(body).map_err(Into::into),
            Form::Json => json::check(body).map_err(Into::into),
        }
    })
}

/// Refuses a successful answer if the element `result` lacks what AWS always sends. Such an answer
/// would read as the end of a list.
pub(crate) fn holds(result: &'static str, elements: &'static [&'static str]) -> CheckAnswer {
    CheckAnswer::new(move |response, _| {
        match missing(response.body().bytes().unwrap_or_default(), result, elements)? {
            Some(missing) => Err(format!("there is no `{missing}`").into()),
            None => Ok(()),
        }
    })
}

/// Finds the first of these elements that the child `inside` of the document's root lacks.
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
