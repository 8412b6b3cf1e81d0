//! The variations in AWS's answers.

/// How policy documents are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Documents {
    /// Percent-encoded, as IAM does.
    #[default]
    PercentEncoded,
    /// As they are, like moto.
    Plain,
}

/// Which fields give an account's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StateWords {
    /// `State`, and the older `Status` if it knows the state.
    #[default]
    Both,
    /// Only `State`.
    StateOnly,
    /// Only `Status`, as before `State` existed.
    StatusOnly,
}

/// The variations in AWS's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// How policy documents are sent.
    pub documents: Documents,
    /// Whether accounts and OUs come with their paths.
    pub paths: bool,
    /// Which fields give an account's state.
    pub state_words: StateWords,
    /// The most items on a page of IAM, whatever was requested.
    pub iam_page: u32,
    /// The most items on a page of Organizations, whatever was requested. AWS's limit is 20.
    pub organizations_page: u32,
    /// Whether IAM sometimes puts fewer items on a page than requested.
    pub short_pages: bool,
    /// Each page of Organizations whose number is a multiple of this (at least 2) is empty, although
    /// the list continues.
    pub empty_pages: Option<u32>,
}

impl Default for Wire {
    fn default() -> Self {
        Self {
            documents: Documents::default(),
            paths: true,
            state_words: StateWords::default(),
            iam_page: 1000,
            organizations_page: 20,
            short_pages: false,
            empty_pages: None,
        }
    }
}
