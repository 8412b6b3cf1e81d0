//! Documents that have been read, each once.

use rolesweep_model::PolicyDocument;
use std::sync::Arc;

use hashbrown::HashMap;
use rolesweep_policy::{CompiledPolicy, Policy};

use super::names;
use super::outline::{About, Outline};

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
    texts: HashMap<String, Known>,
    /// By ARN: AWS's own. A scan has one document of each.
    of_aws: HashMap<String, Known>,
    last: u32,
    bytes: usize,
}

/// How many bytes of text are remembered. A document that is ready to ask takes about ten times as
/// much as its text. Inline policies are so only while their role is judged.
const BYTES: usize = 2 << 20;

impl KnownPolicies {
    pub(super) fn new() -> Self {
        let unread = read("", &mut 0);
        Self { unread, texts: HashMap::new(), of_aws: HashMap::new(), last: 1, bytes: 0 }
    }

    /// How many bytes of text it has of customers.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it has grown so much that it should forget.
    pub(super) fn is_full(&self) -> bool {
        self.bytes > BYTES
    }

    /// Forgets all but AWS's documents, of which there are few.
    pub(super) fn forget(&mut self) {
        self.texts.clear();
        self.bytes = 0;
    }

    /// A managed policy's document.
    pub(super) fn managed(&mut self, document: &PolicyDocument<'_>) -> &Known {
        let Some(text) = document.text else { return &self.unread };
        if !names::is_of_aws(document.name) {
            return self.text(text);
        }
        let last = &mut self.last;
        self.of_aws.entry_ref(document.name).or_insert_with(|| read(text, last))
    }

    /// An inline policy's document.
    pub(super) fn inline(&mut self, document: &PolicyDocument<'_>) -> &Known {
        match document.text {
            Some(text) => self.text(text),
            None => &self.unread,
        }
    }

    /// The same, ready to ask.
    pub(super) fn inline_content(&mut self, document: &PolicyDocument<'_>) -> &Known {
        let Some(text) = document.text else { return &self.unread };
        self.text(text);
        match self.texts.get_mut(text) {
            Some(known) => {
                known.content.get_or_insert_with(|| content(text));
                known
            }
            None => &self.unread,
        }
    }

    /// Drops the compiled form of an inline policy's document, and keeps its text. Most roles have
    /// one of their own, and the judgement is remembered.
    pub(super) fn drop_compiled(&mut self, document: &PolicyDocument<'_>) {
        if let Some(known) = document.text.and_then(|text| self.texts.get_mut(text)) {
            known.content = None;
        }
    }

    /// What was not collected.
    pub(super) fn unread(&self) -> &Known {
        &self.unread
    }

    fn text(&mut self, text: &str) -> &Known {
        let (last, bytes) = (&mut self.last, &mut self.bytes);
        self.texts.entry_ref(text).or_insert_with(|| {
            *bytes += text.len();
            read(text, last)
        })
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
