//! Documents that have been read, each once.

use std::sync::Arc;

use hashbrown::HashMap;
use rolesweep_policy::{CompiledPolicy, Policy};

use super::documents::Document;
use super::names;
use super::outline::Outline;

/// A document, ready to ask.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Two documents with the same number are the same.
    pub(super) number: u32,
    pub(super) compiled: Arc<CompiledPolicy>,
    pub(super) outline: Arc<Outline>,
}

/// The documents that have been read.
#[derive(Debug)]
pub(super) struct Library {
    unread: Known,
    /// By text: those of customers.
    texts: HashMap<String, Known>,
    /// By ARN: AWS's own. A scan has one document of each.
    of_aws: HashMap<String, Known>,
    last: u32,
    bytes: usize,
}

/// How many bytes of text are remembered. A document takes about ten times as much as its text.
const BYTES: usize = 2 << 20;

impl Library {
    pub(super) fn new() -> Self {
        let unread = Known {
            number: 0,
            compiled: Arc::new(CompiledPolicy::unread()),
            outline: Arc::new(Outline::unread()),
        };
        Self { unread, texts: HashMap::new(), of_aws: HashMap::new(), last: 0, bytes: 0 }
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
    pub(super) fn managed(&mut self, document: &Document<'_>) -> &Known {
        let Some(text) = document.text else { return &self.unread };
        if !names::is_of_aws(document.name) {
            return self.text(text);
        }
        let last = &mut self.last;
        self.of_aws.entry_ref(document.name).or_insert_with(|| read(text, last))
    }

    /// An inline policy's document.
    pub(super) fn inline(&mut self, document: &Document<'_>) -> &Known {
        match document.text {
            Some(text) => self.text(text),
            None => &self.unread,
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

fn read(text: &str, last: &mut u32) -> Known {
    *last += 1;
    let (outline, compiled) = match Policy::parse(text) {
        Ok(policy) => (Outline::new(&policy), CompiledPolicy::new(policy)),
        Err(_) => (Outline::unread(), CompiledPolicy::unread()),
    };
    Known { number: *last, compiled: Arc::new(compiled), outline: Arc::new(outline) }
}
