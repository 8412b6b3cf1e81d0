//! Every value that applies, with where it came from.

use crate::layers::{Layer, Sourced};
use crate::tables::{AcceptedGapTable, ExemptionTable, ThresholdTable};

/// All layers laid over each other.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The settings.
    pub values: Layer,
    /// The threshold rules in their order.
    pub rules: Vec<Sourced<ThresholdTable>>,
    /// The exemptions.
    pub exemptions: Vec<Sourced<ExemptionTable>>,
    /// The accepted gaps.
    pub gaps: Vec<Sourced<AcceptedGapTable>>,
}
