//! The long way to read an account, where `GetAccountAuthorizationDetails` is closed: `ListRoles`, then `GetRole` for each role.

use rolesweep_model::{CollectedRole, RolePage};
use tokio::time::Instant;

use crate::details::{Count, hand_over};
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
    let mut count = Count::default();
    let mut markers = Markers::default();
    let mut marker = None;
    let mut expected = visit.context.flight.typical();
    loop {
        let (page, room) = page(visit, asker, marker.as_deref(), expected).await?;
        marker = markers.after(&page).map_err(|why| Trouble::Contradiction(Operation::ListRoles, why))?;
        let items = RolePage { roles: page.items, policies: Vec::new() };
        expected = items.weight();
        hand_over(visit, asker, &mut count, items, Operation::ListRoles, room).await?;
        if marker.is_none() {
            count.check(visit, Operation::ListRoles)?;
            return Ok(count);
        }
    }
}

async fn page<'a, C: Cloud, L: Ledger>(
    visit: &Visit<'a, C, L>,
    asker: &Asker<'_, C, L>,
    marker: Option<&str>,
    expected: usize,
) -> Result<(Page<Vec<CollectedRole>>, Room<'a>), Trouble> {
    let context = visit.context;
    let mut tries = Tries::default();
    loop {
        // Without a turn left the call is made all the same: a list of roles without last use is worth more than none.
        asker.turn().await;
        let (generation, session) = visit.session().await?;
        let room = visit.budget.free(context.flight.reserve(expected)).await;
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
                return Ok((page, room));
            }
            Err(error) => {
                drop(room);
                visit.recover(&mut tries, generation, error).await?;
            }
        }
    }
}
