//! Helpers that the end-to-end tests share: the command in a clean environment, an organization to
//! scan, and tables read back.

mod cells;
mod sandbox;
mod server;
mod table;

pub use cells::{list, pairs, text};
pub use sandbox::{Finished, Run, Running, Sandbox};
pub use server::Server;
pub use table::{Row, Table};

/// A [`Sandbox`] for the command under test. A macro, because only the test's own crate knows where
/// the binary is.
#[macro_export]
macro_rules! sandbox {
    () => {
        $crate::Sandbox::new(env!("CARGO_BIN_EXE_rolesweep-under-test"))
    };
}
