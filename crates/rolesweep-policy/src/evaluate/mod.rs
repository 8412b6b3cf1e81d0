//! What a set of policies allows.
//!
//! The parts follow the elements of a statement: `action`, `resource` and `arn`, `condition` with
//! its `operator` and `operand`. `rule` joins them, and `set` joins the statements. `together` finds
//! what follows from several conditions on one key.

mod action;
mod address;
mod answer;
mod arn;
mod condition;
mod context;
mod date;
mod holds;
mod key_type;
mod operand;
mod operator;
mod resource;
mod resource_pattern;
mod rule;
mod set;
mod states;
mod together;
mod variable;

pub use action::Action;
pub use answer::{Answer, Ground, Part, Verdict};
pub use condition::Condition;
pub use context::{Context, Fact};
pub use holds::Holds;
pub use operator::{Comparison, Kind, Operator, Text, Values};
pub use resource::Resource;
pub use resource_pattern::ResourcePattern;
pub use set::{CompiledPolicy, Grant, PolicySet};
