//! The long way to read an account, where `GetAccountAuthorizationDetails` is closed: `ListRoles`, then `GetRole` for each role.

use rolesweep_model::{CollectedRole, RolePage};
use tokio::time::Instant;

use crate::details::{Count, prepare};
use crate::flight::Room;
use crate::last_use::Asker;
use crate::operation::Operation;
use crate::pages::Markers;
use crate::ports::{Cloud, Ledger, Page};
use crate::retry::Tries;
use crate::visit::{Trouble, Visit};

/// Reads all roles of an account, one call a role.
pub(crate) async fn read<C: Cloud, L: Ledger>(
    visit: &Visit<'_, C, L>,
    asker: &Asker<'_, C, L>,
) -> Result<Count, Trouble> {
    let mut count = Count::new(&visit.context.plan, visit.account.id);
    let mut markers = Markers::default();
    let mut marker = None;
    loop {
        let (page, room) = page(visit, asker, marker.as_deref()).await?;
        marker = markers.after(&page).map_err(|why| Trouble::Contradiction(Operation::ListRoles, why))?;
        let items = RolePage { roles: page.items, policies: Vec::new() };
        let ready = prepare(asker, &mut count, items, Operation::ListRoles, room).await?;
        if marker.is_none() {
            visit.leave_seat();
        }
        ready.hand_over(visit).await?;
        if marker.is_none() {
            count.check(visit, Operation::ListRoles)?;
            return Ok(count);
        }
    }
}

async fn page<C: Cloud, L: Ledger>(
    visit: &Visit<'_, C, L>,
    asker: &Asker<'_, C, L>,
    marker: Option<&str>,
) -> Result<(Page<Vec<CollectedRole>>, Room), Trouble> {
    let context = visit.context;
    let mut tries = Tries::default();
    loop {
        // Without a turn left the call is made all the same: a list of roles without last use is worth more than none.
        asker.turn().await;
        let (generation, session) = visit.session().await?;
        visit.calling(Operation::ListRoles);
        let made = Instant::now();
        let answer = context
            .cloud
            .list_roles(&session, marker.map(str::to_owned), context.plan.limits.page_size)
            .await;
        asker.paced(made, &answer);
        match answer {
            Ok(page) => {
                visit.session_is_good(generation);
                // A role of a list is small; what is asked for of each comes on top later.
                return Ok((page, context.flight.room(&visit.budget)));
            }
            Err(error) => visit.recover(&mut tries, generation, error).await?,
        }
    }
}
