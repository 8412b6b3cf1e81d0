//! The engine of a scan: discover the accounts, collect each within bounds, hand the facts over.
//!
//! It talks to AWS through [`ports::Cloud`], hands facts to [`ports::Ledger`] and tells [`ports::Observer`] what happens. It knows no
//! network, no disk and no terminal, so that what it does with AWS's answers is tested on a paused clock.

pub mod operation;
pub mod ports;
