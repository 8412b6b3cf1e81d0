//! How a report judges: the form in which the settings are written down, and which of them changed
//! since another report, with the findings that each change added or removed.

mod alternatives;
mod change;
mod difference;
mod effects;
mod form;
mod of_report;
mod recorded;
mod typed;

pub(crate) use alternatives::Alternatives;
pub use change::{ChangeKind, SettingKind, SettingsChange, SettingsChanges};
pub(crate) use effects::SettingsEffects;
pub(crate) use form::ParametersEntry;
pub(crate) use recorded::DataEntry;
pub use recorded::{PublishedBefore, RecordedSettings};

#[cfg(test)]
mod tests;
