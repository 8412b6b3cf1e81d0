//! Whom a role trusts, in one line.

use rolesweep_policy::Policy;

/// The principals that a trust policy allows to assume the role, in short: `aws:123456789012; service:ec2.amazonaws.com`.
///
/// Each has its kind before it: `aws:` (an account's twelve digits, an ARN, or `*` for anyone), `service:`, `federated:`, `canonical_user:`, and
/// `deleted:` for the unique id that AWS leaves behind when the principal itself was deleted. The widest come first, each once. Conditions and denies are
/// not weighed. `nobody` where no statement allows anyone; `unreadable` where the document is not an IAM policy. The document is JSON text, as facts hold it.
#[must_use]
pub fn trust_summary(document: &str) -> String {
    let Ok(policy) = Policy::parse(document) else {
        return "unreadable".to_owned();
    };
    let principals: Vec<String> = policy.principals().iter().map(ToString::to_string).collect();
    if principals.is_empty() { "nobody".to_owned() } else { principals.join("; ") }
}

/// [`trust_summary`] for many roles: most roles of an organization share a few trust policies, which are then read once.
#[derive(Debug)]
pub struct TrustSummaries {
    /// Documents with their summaries, each at a place that follows from how it looks: of two with the same place, the one that came last.
    known: Vec<Option<(String, String)>>,
}

impl Default for TrustSummaries {
    fn default() -> Self {
        Self { known: vec![None; Self::LIMIT] }
    }
}

impl TrustSummaries {
    /// How many documents are remembered; of at most 4,096 characters each on AWS, so 4 MiB at the very most.
    const LIMIT: usize = 1024;

    /// The summary of a document.
    pub fn get(&mut self, document: &str) -> &str {
        let known = &mut self.known[place(document)];
        if known.as_ref().is_none_or(|(seen, _)| seen != document) {
            *known = None;
        }
        &known.get_or_insert_with(|| (document.to_owned(), trust_summary(document))).1
    }
}

/// Where a document is remembered: from its length and at most sixteen pieces of it, evenly spread. To look at all of it would take longer than
/// to compare it with the one that is there.
fn place(document: &str) -> usize {
    const PIECE: usize = 8;
    let bytes = document.as_bytes();
    let step = bytes.len().div_ceil(16).max(PIECE);
    let pieces = bytes.chunks(step).filter_map(|piece| piece.first_chunk::<PIECE>());
    let mixed = pieces.fold(bytes.len() as u64, |mixed, piece| {
        (mixed.rotate_left(5) ^ u64::from_le_bytes(*piece)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    (mixed >> 32) as usize % TrustSummaries::LIMIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_is_summed_up_in_one_line() {
        for (document, summary) in [
            (
                r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com","AWS":["arn:aws:iam::123456789012:root","*"]}}}"#,
                "aws:*; aws:123456789012; service:ec2.amazonaws.com",
            ),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}}]}"#,
                "federated:arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
            ),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["AROADBQP57FF2AEXAMPLE","arn:aws:iam::123456789012:role/a"]}}]}"#,
                "aws:arn:aws:iam::123456789012:role/a; deleted:AROADBQP57FF2AEXAMPLE",
            ),
            (r#"{"Statement":[{"Effect":"Deny","Action":"*","Principal":"*"}]}"#, "nobody"),
            (r#"{"Statement":[]}"#, "nobody"),
            ("{}", "unreadable"),
            ("", "unreadable"),
            ("%7B%22Statement%22%3A%5B%5D%7D", "unreadable"),
        ] {
            assert_eq!(trust_summary(document), summary, "{document}");
        }
    }

    #[test]
    fn remembered_summaries_are_the_same_and_bounded() {
        let mut summaries = TrustSummaries::default();
        for round in 0..2 {
            for number in 0..3 * TrustSummaries::LIMIT {
                let document = format!(
                    r#"{{"Statement":{{"Effect":"Allow","Action":"*","Principal":{{"AWS":"{number:012}"}}}}}}"#
                );
                assert_eq!(summaries.get(&document), format!("aws:{number:012}"), "{round}");
            }
        }
        assert_eq!(summaries.get("x"), "unreadable");
        assert_eq!(summaries.get("x"), "unreadable");
    }
}
