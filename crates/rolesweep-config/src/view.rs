//! Every value that applies, with where it came from.

use rolesweep_assess::{AcceptedGap, Exemption, ThresholdRule};

use super::layer::{Layer, Sourced};

/// All layers laid over each other.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The settings.
    pub values: Layer,
    /// The threshold rules in their order.
    pub rules: Vec<Sourced<ThresholdRule>>,
    /// The exemptions.
    pub exemptions: Vec<Sourced<Exemption>>,
    /// The accepted gaps.
    pub gaps: Vec<Sourced<AcceptedGap>>,
}
