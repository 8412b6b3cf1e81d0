//! The simulated organization, served for as long as a test needs it.

use std::ops::Deref;

use rolesweep_sim::{Credentials, ServeOptions, Simulator, World, serve};
use tokio::runtime::{Builder, Runtime};

/// A simulator with its own runtime, so that a test that waits for a process does not block it.
///
/// It dereferences to the [`Simulator`] for everything else.
#[derive(Debug)]
pub struct Server {
    simulator: Simulator,
    // Dropped after the simulator, which runs on it.
    _runtime: Runtime,
}

impl Server {
    /// Serves a world.
    ///
    /// # Panics
    /// If there is no port or no thread left.
    #[must_use]
    pub fn serve(world: World) -> Self {
        Self::serve_with(world, ServeOptions::default())
    }

    /// Serves a world with a hook between the answers and the wire, such as a delay.
    ///
    /// # Panics
    /// If there is no port or no thread left.
    #[must_use]
    pub fn serve_with(world: World, options: ServeOptions) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a test needs a runtime");
        let simulator = runtime.block_on(serve(world, options));
        Self { simulator: simulator.expect("a free port on loopback"), _runtime: runtime }
    }

    /// The environment of the world's first caller: the endpoint and the credentials.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        self.environment_of(self.simulator.caller())
    }

    /// The same for another caller of the world.
    ///
    /// # Panics
    /// If the world has no such caller.
    #[must_use]
    #[track_caller]
    pub fn environment_for(&self, caller: &str) -> Vec<(&'static str, String)> {
        let credentials = self.simulator.named_caller(caller);
        self.environment_of(credentials.unwrap_or_else(|| panic!("there is no caller `{caller}`")))
    }

    fn environment_of(&self, credentials: Credentials) -> Vec<(&'static str, String)> {
        let mut environment = vec![
            ("AWS_ENDPOINT_URL", self.simulator.url()),
            // One for the Rust SDK, one for the Python SDK.
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", credentials.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key),
        ];
        environment.extend(credentials.session_token.map(|token| ("AWS_SESSION_TOKEN", token)));
        environment
    }
}

impl Deref for Server {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}
