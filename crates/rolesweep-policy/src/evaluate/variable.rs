//! Policy variables: IAM user guide, `reference_policies_variables`.

use super::context::{Context, Fact};
use super::holds::Holds;
use crate::document::Version;
use crate::pattern::{self, Token};

/// A text that may have variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Token(Token),
    /// `${key}` or `${key, 'default'}`. The key is in lower case.
    Variable {
        key: String,
        default: Option<String>,
    },
}

/// A text whose variables were replaced. What comes from a variable has no wildcards.
#[derive(Debug)]
pub(crate) enum Resolved {
    /// By their values.
    Known(Vec<Token>),
    /// Some by `*`.
    Partly {
        tokens: Vec<Token>,
        /// What a match means: it depends on values that are not known, or it is unclear because a
        /// variable has several values, which AWS does not explain.
        perhaps: Holds,
        /// Whether a variable may lack a value.
        may_be_missing: bool,
    },
    /// A variable has no value in this request: nothing matches the text.
    Missing,
}

impl Template {
    /// Reads a text. There is none if it has `${` without a variable behind it.
    ///
    /// Before version 2012-10-17 of the language, and without `Version`, `${` is just text.
    pub(crate) fn parse(text: &str, version: Version, wildcards: bool) -> Option<Self> {
        let plain = |text: &str| -> Vec<Piece> {
            let tokens =
                if wildcards { pattern::tokens(text) } else { vec![Token::Literal(text.to_owned())] };
            tokens.into_iter().map(Piece::Token).collect()
        };
        if version == Version::V2008 {
            return Some(Self(plain(text)));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (inside, after) = after.split_once('}')?;
            pieces.extend(plain(before));
            pieces.push(variable(inside)?);
            rest = after;
        }
        pieces.extend(plain(rest));
        Some(Self(pieces))
    }

    /// Its tokens, if it has no variables.
    ///
    /// # Errors
    /// Itself, if it has some.
    pub(crate) fn fixed(self) -> Result<Vec<Token>, Self> {
        if self.0.iter().any(|piece| matches!(piece, Piece::Variable { .. })) {
            return Err(self);
        }
        let token = |piece| match piece {
            Piece::Token(token) => Some(token),
            Piece::Variable { .. } => None,
        };
        Ok(self.0.into_iter().filter_map(token).collect())
    }

    /// How many colons are before its first variable.
    pub(crate) fn colons_before_variables(&self) -> usize {
        let text = |piece: &Piece| match piece {
            Piece::Token(Token::Literal(text)) => Some(text.matches(':').count()),
            Piece::Token(_) => Some(0),
            Piece::Variable { .. } => None,
        };
        self.0.iter().map_while(text).sum()
    }

    /// Replaces the variables.
    pub(crate) fn resolve(&self, context: &Context) -> Resolved {
        let mut tokens = Vec::with_capacity(self.0.len());
        let (mut matches, mut may_be_missing) = (Holds::Yes, false);
        for piece in &self.0 {
            match piece {
                Piece::Token(token) => tokens.push(token.clone()),
                Piece::Variable { key, default } => match context.fact(key) {
                    Fact::Values(values) => match values.as_slice() {
                        [value] => tokens.push(Token::Literal(value.clone())),
                        _ => {
                            matches = Holds::Unclear;
                            tokens.push(Token::Any);
                        }
                    },
                    Fact::Absent => match default {
                        Some(default) => tokens.push(Token::Literal(default.clone())),
                        None => return Resolved::Missing,
                    },
                    fact @ (Fact::Present | Fact::Unknown) => {
                        may_be_missing |= *fact == Fact::Unknown && default.is_none();
                        matches = Holds::all([matches, Holds::Depends]);
                        tokens.push(Token::Any);
                    }
                },
            }
        }
        match matches {
            Holds::Yes => Resolved::Known(tokens),
            perhaps => Resolved::Partly { tokens, perhaps, may_be_missing },
        }
    }
}

/// What stands between `${` and `}`.
fn variable(inside: &str) -> Option<Piece> {
    if let "*" | "?" | "$" = inside {
        return Some(Piece::Token(Token::Literal(inside.to_owned())));
    }
    let (key, default) = match inside.split_once(',') {
        None => (inside, None),
        Some((key, default)) => {
            let default = default.strip_prefix(" '")?.strip_suffix('\'')?;
            // AWS does not say whether `*` and `?` are wildcards here.
            if default.contains(['*', '?', '\'']) {
                return None;
            }
            (key, Some(default.to_owned()))
        }
    };
    let is_key = key.contains(':') && !key.contains(['$', '{', '\'', '*', '?']) && key.trim() == key;
    is_key.then(|| Piece::Variable { key: key.to_ascii_lowercase(), default })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    fn template(text: &str) -> Option<Template> {
        Template::parse(text, Version::V2012, true)
    }

    fn matches(pattern: &str, text: &str) -> bool {
        let context = Context::complete()
            .with("aws:username", Fact::value("jo*"))
            .with("aws:TagKeys", Fact::Values(vec!["a".to_owned(), "b".to_owned()]));
        match template(pattern).unwrap().resolve(&context) {
            Resolved::Known(tokens) => Pattern::from_tokens(&tokens).matches(text),
            Resolved::Missing => false,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn variables_become_literal_text() {
        for (pattern, text, is_match) in [
            ("home/${aws:username}/*", "home/jo*/x", true),
            ("home/${AWS:UserName}/*", "home/joan/x", false),
            ("${aws:userid, 'nobody'}", "nobody", true),
            ("${aws:username, 'nobody'}", "nobody", false),
            ("x${aws:userid}", "x", false),
            ("a${*}b${?}${$}", "a*b?$", true),
            ("a${*}b", "axb", false),
            ("a$b", "a$b", true),
        ] {
            assert_eq!(matches(pattern, text), is_match, "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_not_a_variable_is_not_understood() {
        for text in [
            "${",
            "${aws:username",
            "${}",
            "${ }",
            "${a:b 'c'}",
            "${a:b, c}",
            "${a:b,'c'}",
            "${a:${b:c}}",
            "${a:b, '*'}",
        ] {
            assert!(template(text).is_none(), "{text}");
            assert!(Template::parse(text, Version::V2008, true).unwrap().fixed().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_variable_with_several_values_or_an_unknown_one_is_told_apart() {
        let several = Context::complete().with("aws:TagKeys", Fact::Values(vec!["a".into(), "b".into()]));
        for (context, expected) in [(several, Holds::Unclear), (Context::unknown(), Holds::Depends)] {
            let resolved = template("a${aws:TagKeys}").unwrap().resolve(&context);
            let Resolved::Partly { tokens, perhaps, .. } = resolved else { panic!("{resolved:?}") };
            assert_eq!((&tokens[..], perhaps), (&[Token::Literal("a".to_owned()), Token::Any][..], expected));
        }
    }
}
