//! Whether something holds for a request of which not everything is known.

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// For no request that is possible.
    No,
    /// For some, perhaps: it depends on what is not known.
    Depends,
    /// Nobody can tell, because the policy is not understood here.
    Unclear,
    /// For every request that is possible.
    Yes,
}

impl Holds {
    /// The opposite.
    pub(crate) const fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Yes => Self::No,
            other => other,
        }
    }

    pub(crate) const fn negated_if(self, negated: bool) -> Self {
        if negated { self.not() } else { self }
    }

    /// Whether all hold.
    pub(crate) fn all(each: impl IntoIterator<Item = Self>) -> Self {
        Self::any(each.into_iter().map(Self::not)).not()
    }

    /// Whether any of them holds.
    pub(crate) fn any(each: impl IntoIterator<Item = Self>) -> Self {
        let mut so_far = Self::No;
        for one in each {
            match one {
                Self::Yes => return Self::Yes,
                Self::Unclear => so_far = Self::Unclear,
                Self::Depends if so_far == Self::No => so_far = Self::Depends,
                Self::Depends | Self::No => {}
            }
        }
        so_far
    }

    /// What holds if it is one or the other and nobody knows which.
    pub(crate) fn either(self, other: Self) -> Self {
        match (self, other) {
            (one, two) if one == two => one,
            (Self::Depends, _) | (_, Self::Depends) => Self::Depends,
            (Self::Unclear, _) | (_, Self::Unclear) => Self::Unclear,
            _ => Self::Depends,
        }
    }
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::Holds::{self, Depends, No, Unclear, Yes};

    #[test]
    fn certainty_decides_and_what_is_not_understood_stays_so() {
        for (each, any, all) in [
            (vec![], No, Yes),
            (vec![No, Yes], Yes, No),
            (vec![No, Depends], Depends, No),
            (vec![Yes, Depends], Yes, Depends),
            (vec![Depends, Unclear], Unclear, Unclear),
            (vec![Unclear, Depends], Unclear, Unclear),
            (vec![Unclear, No], Unclear, No),
            (vec![Unclear, Yes], Yes, Unclear),
        ] {
            assert_eq!(Holds::any(each.clone()), any, "any of {each:?}");
            assert_eq!(Holds::all(each.clone()), all, "all of {each:?}");
        }
    }

    #[test]
    fn one_of_two_is_known_only_if_they_agree() {
        assert_eq!(Yes.either(Yes), Yes);
        assert_eq!(Yes.either(No), Depends);
        assert_eq!(No.either(Unclear), Unclear);
        assert_eq!(Depends.either(Yes), Depends);
        assert_eq!(Depends.either(Unclear), Depends);
    }
}
