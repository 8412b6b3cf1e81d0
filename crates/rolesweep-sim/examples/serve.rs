//! Serves the demo's organization, or a made-up one, and prints what a client needs as shell variables.
//!
//! ```text
//! cargo run -p rolesweep-sim --example serve                 # the demo
//! cargo run -p rolesweep-sim --example serve -- 1000 200     # 1,000 accounts of 200 roles
//! ```

use std::error::Error;
use std::io::Write as _;

use jiff::Timestamp;
use rolesweep_sim::{GeneratedSpec, ServeOptions, World, demo, serve};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<u32> =
        std::env::args().skip(1).map(|number| number.parse()).collect::<Result<_, _>>()?;
    let now = Timestamp::now();
    let world = match numbers[..] {
        [] => demo(now, 1),
        [accounts, roles_per_account, ref more @ ..] => World::generated(GeneratedSpec {
            accounts,
            roles_per_account,
            seed: 1,
            now,
            role_bytes: more.first().copied(),
        }),
        _ => return Err("give no number, or accounts, roles in each and optionally bytes a role".into()),
    };
    let simulator = serve(world, ServeOptions::default()).await?;
    let caller = simulator.caller();
    let mut out = std::io::stdout().lock();
    writeln!(out, "export AWS_ENDPOINT_URL={}", simulator.url())?;
    writeln!(out, "export AWS_ACCESS_KEY_ID={}", caller.access_key_id)?;
    writeln!(out, "export AWS_SECRET_ACCESS_KEY={}", caller.secret_access_key)?;
    if let Some(token) = caller.session_token {
        writeln!(out, "export AWS_SESSION_TOKEN={token}")?;
    }
    writeln!(out, "export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1")?;
    out.flush()?;
    std::future::pending().await
}
