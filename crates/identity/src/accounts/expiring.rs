//! Telling people that their password will soon be too old (S7), once for each password.

use std::time::Duration;

use base::AccountId;

use super::find;
use super::status::{MustChange, PasswordState, Status};
use crate::messages::{Template, Values};
use crate::{Identity, Operation, Result, credentials, messages, settings};

/// As many people are told in one transaction.
const BATCH: u32 = 100;
/// So many transactions at most; who is left is told at the next time.
const MOST_BATCHES: u32 = 200;
const DAY: Duration = Duration::from_hours(24);

/// Tells those whose password will be too old within the days that the organization chose, and who can sign in to
/// change it. Answers how many passwords were looked at.
///
/// Errors: `Unavailable`.
pub(crate) async fn warn_expiring(identity: &Identity) -> Result<u64> {
    identity.housekeeping_in_batches(MOST_BATCHES, async |op| one_batch(op).await).await
}

async fn one_batch(op: &mut Operation<'_>) -> Result<u64> {
    let settings = settings::load(op).await?;
    let (age, warning) = (settings.password_max_age_days, settings.password_expiry_warning_days);
    if age == 0 || warning == 0 {
        return Ok(0);
    }
    let (age, warning) = (DAY * age, DAY * warning);
    let (from, by) = (op.now.minus(age), op.now.minus(age.saturating_sub(warning)));
    let due = credentials::take_unwarned(op, from, by, BATCH).await?;
    let ids: Vec<AccountId> = due.iter().map(|(id, _)| *id).collect();
    for account in find::load_many(op, &ids).await? {
        let state = &account.state;
        let is_permanent = state.password == PasswordState::Permanent && state.must_change == MustChange::No;
        let Some((_, set_at)) = due.iter().find(|(id, _)| *id == account.id) else { continue };
        if is_permanent && state.status() == Status::Enabled {
            let days_left = set_at.plus(age).since(op.now).as_secs().div_ceil(DAY.as_secs());
            let values = Values::new().with("days_left", days_left).with("reason", "");
            messages::tell(op, Template::ChooseNewPassword, account.id, values).await?;
        }
    }
    Ok(due.len() as u64)
}
