//! Doing what was planned for some rows, within one transaction.

use std::collections::HashMap;

use base::AccountId;

use super::groups;
use super::passwords::Hashes;
use super::plan::{Planned, Step, plan};
use super::read::Wanted;
use super::report::{Outcome, RowReport};
use super::{Import, Notify, Passwords};
use crate::access::{Denial, Permission};
use crate::accounts::{self, Account, NewAccount, NewPassword};
use crate::one_time_links::Way;
use crate::{Error, Operation, Problem, Result};

/// Imports rows: each gets what its plan says, or fails on its own.
///
/// Errors: `Denied` without the rights that the import needs at all; `Unavailable`, `Internal`.
pub(super) async fn carry_out(
    op: &mut Operation<'_>,
    import: &Import,
    rows: Vec<Wanted>,
    hashes: &Hashes,
) -> Result<Vec<RowReport>> {
    let mut planned = plan(op, import, rows).await?;
    let mut done = vec![None; planned.len()];
    create(op, import, &mut planned, hashes, &mut done).await?;
    again(op, import, &mut planned, &mut done).await?;
    switch(op, &mut planned).await?;
    update(op, import, &mut planned, &mut done).await?;
    groups::join(op, &mut planned, &done).await?;
    note_refusals(op, &planned);
    let match_by = import.match_by();
    Ok(planned.into_iter().zip(done).map(|(planned, done)| planned.report(match_by, done)).collect())
}

/// Makes the new accounts.
async fn create(
    op: &mut Operation<'_>,
    import: &Import,
    planned: &mut [Planned],
    hashes: &Hashes,
    done: &mut [Option<AccountId>],
) -> Result<()> {
    let mut places = Vec::new();
    let mut new = Vec::new();
    for (place, planned) in planned.iter_mut().enumerate() {
        let Step::Create(wanted) = &planned.step else { continue };
        if let Some(wanted) = with_password(NewAccount::clone(wanted), import, planned, hashes) {
            places.push(place);
            new.push(wanted);
        } else {
            let message = "The account was deleted while it was prepared. Import the row again.";
            planned.fail(vec![Problem::new("", "CHANGED_MEANWHILE", message)]);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    for (place, made) in places.into_iter().zip(accounts::create_many(op, new).await?) {
        match made {
            Ok(account) => {
                tell_new(op, import, &account, hashes, planned[place].wanted.line).await?;
                done[place] = Some(account.id);
            }
            Err(problems) => planned[place].fail(problems),
        }
    }
    Ok(())
}

/// Mails somebody what they need to sign in, or how their new account stands, as it was chosen.
async fn tell_new(
    op: &mut Operation<'_>,
    import: &Import,
    account: &Account,
    hashes: &Hashes,
    line: u64,
) -> Result<()> {
    match import.choices.passwords {
        Passwords::Invite => accounts::invite(op, account.id, Way::EmailLink).await.map(drop),
        Passwords::Random => {
            let password = hashes.get(&line).and_then(|hashed| hashed.mailed.as_ref());
            accounts::send_summary(op, account, password).await
        }
        _ if import.choices.notify == Notify::Nobody => Ok(()),
        _ => accounts::send_summary(op, account, None).await,
    }
}

/// The account with its hashed password; `None` when it should have one that nobody hashed.
fn with_password(new: NewAccount, import: &Import, planned: &Planned, hashes: &Hashes) -> Option<NewAccount> {
    let is_random = import.choices.passwords == Passwords::Random;
    if !is_random && planned.wanted.password.is_none() && planned.wanted.hash.is_none() {
        return Some(new);
    }
    let hash = hashes.get(&planned.wanted.line)?.hash.clone();
    let password = match import.choices.passwords {
        Passwords::None | Passwords::Invite => NewPassword::None,
        Passwords::Random | Passwords::PlainTemporary => NewPassword::Temporary(hash),
        Passwords::PlainUnlessWeak if planned.wanted.is_weak => NewPassword::Temporary(hash),
        Passwords::PlainUnlessWeak | Passwords::PlainPermanent => NewPassword::Permanent(hash),
        Passwords::Hashed => NewPassword::Imported(hash),
    };
    Some(NewAccount { password, ..new })
}

/// Looks again at rows whose names were taken: somebody else may have imported the same person a moment ago.
async fn again(
    op: &mut Operation<'_>,
    import: &Import,
    planned: &mut [Planned],
    done: &mut [Option<AccountId>],
) -> Result<()> {
    let is_taken = |planned: &Planned| {
        matches!(planned.step, Step::Fail(None))
            && planned.wanted.problems.iter().any(|problem| problem.code.ends_with("_TAKEN"))
    };
    let places: Vec<usize> = (0..planned.len()).filter(|place| is_taken(&planned[*place])).collect();
    if places.is_empty() {
        return Ok(());
    }
    let rows = places.iter().map(|place| {
        let mut wanted = planned[*place].wanted.clone();
        wanted.problems.retain(|problem| !problem.code.ends_with("_TAKEN"));
        wanted
    });
    let rows: Vec<Wanted> = rows.collect();
    for (place, second) in places.into_iter().zip(plan(op, import, rows).await?) {
        if !matches!(second.step, Step::Create(_) | Step::Fail(None)) {
            done[place] = None;
            planned[place] = second;
        }
    }
    Ok(())
}

/// Enables and disables accounts.
async fn switch(op: &mut Operation<'_>, planned: &mut [Planned]) -> Result<()> {
    for enable in [true, false] {
        let ids: Vec<AccountId> = planned.iter().filter_map(|planned| planned.switches(enable)).collect();
        if ids.is_empty() {
            continue;
        }
        let report =
            if enable { accounts::enable_many(op, &ids).await } else { accounts::disable_many(op, &ids).await };
        let outcomes: HashMap<AccountId, accounts::Outcome> = report?.into_iter().collect();
        for planned in planned.iter_mut() {
            let outcome = planned.switches(enable).and_then(|id| outcomes.get(&id));
            match outcome {
                Some(accounts::Outcome::Denied(denial)) => planned.fail(vec![protected(*denial)]),
                Some(accounts::Outcome::Gone | accounts::Outcome::Pending) => {
                    planned.fail(vec![Problem::new("status", "CHANGED_MEANWHILE", Error::Stale.to_string())]);
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Changes profiles.
async fn update(
    op: &mut Operation<'_>,
    import: &Import,
    planned: &mut [Planned],
    done: &mut [Option<AccountId>],
) -> Result<()> {
    let mut places = Vec::new();
    let mut changes = Vec::new();
    for (place, planned) in planned.iter().enumerate() {
        if let Step::Update { account, change, differs, .. } = &planned.step {
            done[place] = Some(*account);
            if *differs {
                places.push(place);
                changes.push((*account, accounts::AccountChange::clone(change)));
            }
        }
    }
    if changes.is_empty() {
        return Ok(());
    }
    for (place, answer) in places.into_iter().zip(accounts::update_many(op, changes).await?) {
        match answer {
            Ok(account) if import.choices.notify == Notify::CreatedAndUpdated => {
                accounts::send_summary(op, &account, None).await?;
            }
            Ok(_) => {}
            Err(error) => planned[place].fail(problems_of(error)?),
        }
    }
    Ok(())
}

/// What went wrong with one account, as problems of its row.
///
/// Errors: those that are not about the row.
fn problems_of(error: Error) -> Result<Vec<Problem>> {
    match error {
        Error::Invalid(problems) => Ok(problems),
        Error::Denied(denial) => Ok(vec![protected(denial)]),
        Error::NotFound | Error::Stale => Ok(vec![Problem::new("", "CHANGED_MEANWHILE", Error::Stale.to_string())]),
        Error::Conflict { message, .. } => Ok(vec![Problem::new("username", "USERNAME_TAKEN", message)]),
        Error::Throttled { .. } | Error::Unavailable(_) | Error::Internal(_) => Err(error),
    }
}

fn protected(denial: Denial) -> Problem {
    Problem::new("", "TARGET_PROTECTED", denial.to_string())
}

/// Somebody who tries to change a protected account by a file is remembered like anybody else who tries.
fn note_refusals(op: &mut Operation<'_>, planned: &[Planned]) {
    for planned in planned {
        if let Step::Fail(Some(account)) = planned.step
            && planned.wanted.problems.iter().any(|problem| problem.code == "TARGET_PROTECTED")
        {
            op.refuse(Permission::UpdateAccount, Operation::target(account, true), Denial::Protected);
        }
    }
}

impl Planned {
    /// The account to switch that way.
    fn switches(&self, enable: bool) -> Option<AccountId> {
        match self.step {
            Step::Update { account, switch: Some(to), .. } if to == enable => Some(account),
            _ => None,
        }
    }

    fn fail(&mut self, problems: Vec<Problem>) {
        let account = match self.step {
            Step::Create(_) | Step::Fail(None) => None,
            Step::Update { account, .. } | Step::Keep(account) | Step::Skip(account) | Step::Fail(Some(account)) => {
                Some(account)
            }
        };
        self.step = Step::Fail(account);
        self.wanted.problems.extend(problems);
    }

    /// What became of the row; `made` is the account that was made or changed for it.
    pub(super) fn report(self, match_by: super::MatchBy, made: Option<AccountId>) -> RowReport {
        let mut wanted = self.wanted;
        let mut before = None;
        let (outcome, account) = match self.step {
            Step::Create(_) => (Outcome::Created, made),
            Step::Update { account, before: had, .. } => {
                before = Some(had);
                (Outcome::Updated, Some(account))
            }
            Step::Keep(account) => (Outcome::Unchanged, Some(account)),
            Step::Skip(account) => (Outcome::Skipped, Some(account)),
            Step::Fail(account) => (Outcome::Failed, account),
        };
        if outcome == Outcome::Skipped {
            wanted.problems.push(Problem::new("", "EXISTS", "There is an account already; it was left as it is."));
        }
        RowReport { before, ..wanted.report(match_by, outcome, account) }
    }
}

impl Wanted {
    /// The row with its outcome.
    pub(super) fn report(self, match_by: super::MatchBy, outcome: Outcome, account: Option<AccountId>) -> RowReport {
        RowReport {
            line: self.line,
            key: self.key(match_by).to_owned(),
            username: self.username.unwrap_or_default(),
            first_name: self.first_name.unwrap_or_default(),
            last_name: self.last_name.unwrap_or_default(),
            email: self.email.unwrap_or_default(),
            outcome,
            account,
            problems: self.problems,
            cells: (outcome == Outcome::Failed).then_some(self.cells),
            before: None,
        }
    }
}
