//! The freedoms that AWS takes with its answers.

/// How policy documents are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Documents {
    /// Percent-encoded, as IAM does.
    #[default]
    PercentEncoded,
    /// As they are, as moto does.
    Plain,
}

/// Which words tell an account's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StateWords {
    /// `State`, and the retired `Status` where it knows the state.
    #[default]
    Both,
    /// `State` alone.
    StateOnly,
    /// `Status` alone, as before `State` existed.
    StatusOnly,
}

/// The freedoms that AWS takes with its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// How policy documents are sent.
    pub documents: Documents,
    /// Whether accounts and OUs come with their paths.
    pub paths: bool,
    /// Which words tell an account's state.
    pub state_words: StateWords,
    /// The most items that IAM puts on a page, whatever was asked for.
    pub iam_page: u32,
    /// The most items that Organizations puts on a page, whatever was asked for. AWS's limit is 20.
    pub organizations_page: u32,
    /// Whether IAM now and then puts fewer items on a page than asked for.
    pub short_pages: bool,
    /// Every so-many-th page of Organizations (at least every second) is empty, though the list goes on.
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
