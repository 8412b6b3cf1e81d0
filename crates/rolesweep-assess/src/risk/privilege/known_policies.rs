//! Documents that have been read, each once.

use rolesweep_model::PolicyDocument;
use std::sync::Arc;

use hashbrown::HashMap;
use rolesweep_policy::{CompiledPolicy, Policy};

use super::names;
use super::outline::{About, Outline};
use super::recent::Recent;

/// A document that has been read.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Two documents with the same number are the same.
    pub(super) number: u32,
    pub(super) about: About,
    content: Option<Content>,
}

/// A document, ready to ask.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) compiled: Arc<CompiledPolicy>,
    pub(super) outline: Arc<Outline>,
}

/// The documents that have been read.
#[derive(Debug)]
pub(super) struct KnownPolicies {
    unread: Known,
    /// By text: those of customers.
    texts: Recent<String, Known>,
    /// By ARN: AWS's own, of which there are few. A scan has one document of each.
    of_aws: HashMap<String, Known>,
    last: u32,
}

/// About how many bytes the documents of customers take at most.
const BYTES: usize = 6 << 20;

/// What a document takes beside its text.
const DOCUMENT: usize = 300;

/// What a document that is ready to ask takes, for each byte of its text, and beside it. Inline
/// policies are so only while their role is judged, because most roles have one of their own.
const READY: (usize, usize) = (10, 4000);

impl KnownPolicies {
    pub(super) fn new() -> Self {
        let unread = read("", &mut 0);
        Self { unread, texts: Recent::new(BYTES / 2), of_aws: HashMap::new(), last: 1 }
    }

    /// About how many bytes the documents of customers take.
    pub(super) fn bytes(&self) -> usize {
        self.texts.weight()
    }

    /// A managed policy's document.
    pub(super) fn managed(&mut self, document: &PolicyDocument<'_>) -> &Known {
        let Some(text) = document.text else { return &self.unread };
        if !names::is_of_aws(document.name) {
            let (times, beside) = READY;
            return self.text(text, times * text.len() + beside);
        }
        let last = &mut self.last;
        self.of_aws.entry_ref(document.name).or_insert_with(|| read(text, last))
    }

    /// An inline policy's document.
    pub(super) fn inline(&mut self, document: &PolicyDocument<'_>) -> &Known {
        match document.text {
            Some(text) => self.text(text, text.len() + DOCUMENT),
            None => &self.unread,
        }
    }

    /// The same, ready to ask.
    pub(super) fn inline_content(&mut self, document: &PolicyDocument<'_>) -> &Known {
        let Some(text) = document.text else { return &self.unread };
        let known = self.text(text, text.len() + DOCUMENT);
        known.content.get_or_insert_with(|| content(text));
        known
    }

    /// Drops the compiled form of an inline policy's document, and keeps its text.
    pub(super) fn drop_compiled(&mut self, document: &PolicyDocument<'_>) {
        if let Some(text) = document.text {
            self.text(text, text.len() + DOCUMENT).content = None;
        }
    }

    /// What was not collected.
    pub(super) fn unread(&self) -> &Known {
        &self.unread
    }

    fn text(&mut self, text: &str, weight: usize) -> &mut Known {
        let last = &mut self.last;
        self.texts.get(text, weight, || read(text, last))
    }
}

impl Known {
    /// It, ready to ask.
    pub(super) fn content(&self) -> Content {
        self.content.clone().unwrap_or_else(|| content(""))
    }
}

fn read(text: &str, last: &mut u32) -> Known {
    *last += 1;
    let content = content(text);
    Known { number: *last, about: content.outline.about, content: Some(content) }
}

/// A text that is no policy may say anything.
fn content(text: &str) -> Content {
    let (outline, compiled) = match Policy::parse(text) {
        Ok(policy) => (Outline::new(&policy), CompiledPolicy::new(policy)),
        Err(_) => (Outline::unread(), CompiledPolicy::unread()),
    };
    Content { compiled: Arc::new(compiled), outline: Arc::new(outline) }
}
