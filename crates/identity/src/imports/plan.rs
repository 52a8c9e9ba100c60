//! What is to be done for each row: found out without changing anything, for a rehearsal as for the real thing.

use std::collections::{HashMap, HashSet};

use base::{AccountId, Change};

use super::groups::{Joins, plan_groups};
use super::read::Wanted;
use super::undo::Before;
use super::values::Standing;
use super::{Blank, Field, Import, MatchBy, Mode, Passwords, Replace, usernames};
use crate::access::{self, Permission, Role, Target};
use crate::accounts::{self, Account, AccountChange, Key, Lifecycle, NewAccount, NewPassword, Origin};
use crate::attributes::Values;
use crate::{Operation, Problem, Result, settings};

/// A row, and what is to be done for it.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) wanted: Wanted,
    pub(super) step: Step,
    /// The groups that its account is to join.
    pub(super) joins: Vec<Joins>,
}

/// What is to be done for a row.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Make an account; its password comes later.
    Create(Box<NewAccount>),
    /// Change an account, and switch it on or off.
    Update { account: AccountId, change: Box<AccountChange>, differs: bool, switch: Option<bool>, before: Before },
    /// Nothing: it is so already.
    Keep(AccountId),
    /// Nothing, as was chosen.
    Skip(AccountId),
    /// Nothing: the row is faulty.
    Fail(Option<AccountId>),
}

/// Plans rows. The rules for new accounts are left to [`accounts::create_many`] and [`accounts::check_new`], but for
/// rows that are faulty anyway: these hear of all their faults at once.
///
/// Errors: `Unavailable`, `Internal`.
pub(super) async fn plan(op: &mut Operation<'_>, import: &Import, rows: Vec<Wanted>) -> Result<Vec<Planned>> {
    let settings = settings::load(op).await?;
    let rules = accounts::password_rules(op).await?;
    let accounts = matching(op, import, &rows).await?;
    let in_charge = in_charge(op, &rows, &accounts).await?;
    let mut planned = Vec::with_capacity(rows.len());
    let mut found: Vec<Option<&Account>> = Vec::with_capacity(rows.len());
    for mut wanted in rows {
        let account = accounts.get(wanted.key(import.match_by()));
        let step = match (account, import.choices.mode) {
            (Some(account), Mode::Create) => Step::Skip(account.id),
            (Some(account), Mode::CreateAndUpdate | Mode::Update) => {
                let switch = switch(op, account, &mut wanted, settings.account_disabling, &in_charge);
                let change = Box::new(change(import, account, &wanted));
                Step::Update { account: account.id, change, differs: false, switch, before: Before::default() }
            }
            (None, Mode::Update) => {
                wanted.problems.push(not_found(import, &wanted));
                Step::Fail(None)
            }
            (None, Mode::Create | Mode::CreateAndUpdate) => {
                let new = new_account(import, &mut wanted);
                if import.choices.passwords.are_mailed() && new.email.trim().is_empty() {
                    let message = "Enter an email address: what is needed to sign in is sent there.";
                    wanted.problems.push(Problem::new("email", "NO_ADDRESS", message));
                }
                if let Some(password) = &wanted.password
                    && import.choices.passwords == Passwords::PlainUnlessWeak
                {
                    wanted.is_weak = !rules.check(password, &new.password_context()).is_empty();
                }
                if import.choices.passwords == Passwords::PlainPermanent
                    && let Some(password) = &wanted.password
                {
                    wanted.problems.extend(accounts::broken_rules(&rules, password, &new.password_context()));
                }
                Step::Create(Box::new(new))
            }
        };
        found.push(account);
        planned.push(Planned { wanted, step, joins: Vec::new() });
    }
    usernames::find_free(op, import, &mut planned).await?;
    plan_groups(op, import, &mut planned, &found).await?;
    settle_updates(op, &mut planned, &found).await?;
    settle_faulty(op, &mut planned, &found).await?;
    Ok(planned)
}

/// The account of each row that has one, by the row's key.
async fn matching(op: &mut Operation<'_>, import: &Import, rows: &[Wanted]) -> Result<HashMap<String, Account>> {
    let key = match import.match_by() {
        MatchBy::Username => Key::Username,
        MatchBy::Email => Key::Email,
        MatchBy::ExternalId => Key::ExternalId,
    };
    let keys = rows.iter().map(|row| row.key(import.match_by())).filter(|key| !key.is_empty());
    let keys: Vec<String> = keys.map(str::to_owned).collect();
    accounts::find_all_by(op, key, &keys).await
}

/// Whether the caller may change `account`, as [`access::decide`] says, and it isn't the caller's own (ES-95).
fn may_update(op: &Operation<'_>, account: &Account) -> bool {
    let actor = &op.caller.actor;
    let is_own = actor.is(account.id) && !actor.has(Role::SuperAdministrator);
    !is_own && is_allowed(op, Permission::UpdateAccount, account.target())
}

/// A decision without a note in the audit log: a rehearsal leaves no trace.
fn is_allowed(op: &Operation<'_>, permission: Permission, target: Target) -> bool {
    access::decide(&op.caller.actor, permission, target, op.now).is_ok()
}

/// The usable super administrators, when a row is about to disable one of them.
async fn in_charge(
    op: &mut Operation<'_>,
    rows: &[Wanted],
    accounts: &HashMap<String, Account>,
) -> Result<HashSet<AccountId>> {
    let disables = rows.iter().any(|row| row.standing == Some(Standing::Disabled));
    let concerns = accounts.values().any(|account| account.roles.has(Role::SuperAdministrator));
    if disables && concerns {
        return Ok(accounts::usable_super_administrators(op).await?.into_iter().collect());
    }
    Ok(HashSet::new())
}

/// Whether the account is to be switched, and which way; what forbids it is added to the problems.
fn switch(
    op: &Operation<'_>,
    account: &Account,
    wanted: &mut Wanted,
    may_disable: bool,
    in_charge: &HashSet<AccountId>,
) -> Option<bool> {
    let enable = match wanted.standing? {
        Standing::Enabled => true,
        Standing::Disabled => false,
        // Our own word for the state that it has: exported and imported again.
        Standing::Pending => return None,
    };
    let mut problem = |code: &str, message: &str| wanted.problems.push(Problem::new("status", code, message));
    if account.state.lifecycle != Lifecycle::Active {
        problem("PENDING", "This registration waits for a decision. Approve or activate it instead.");
        return None;
    }
    if account.state.enabled == enable {
        return None;
    }
    let permission = if enable { Permission::EnableAccount } else { Permission::DisableAccount };
    if !is_allowed(op, permission, account.target()) {
        problem("TARGET_PROTECTED", "Only somebody else with more rights can enable or disable this account.");
    } else if !enable && !may_disable {
        problem("BAD_VALUE", "Disabling accounts is switched off for this organization.");
    } else if !enable && in_charge.len() == 1 && in_charge.contains(&account.id) {
        problem("TARGET_PROTECTED", "This is the last super administrator who can sign in.");
    }
    Some(enable)
}

fn not_found(import: &Import, wanted: &Wanted) -> Problem {
    let field = import.match_by().field().code();
    match wanted.key(import.match_by()) {
        "" => Problem::new(field, "REQUIRED_MISSING", "Accounts are found by this field. Enter a value."),
        key => Problem::new(field, "NOT_FOUND", format!("There is no account with this {field}: {key:?}.")),
    }
}

fn new_account(import: &Import, wanted: &mut Wanted) -> NewAccount {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    // A file without the column has no names to give; one with it forgot this one.
    for (field, name) in [(Field::FirstName, &wanted.first_name), (Field::LastName, &wanted.last_name)] {
        if import.mapping.places.contains_key(&field) && name.as_deref() == Some("") {
            let message = "Enter a name, or ignore the column.";
            wanted.problems.push(Problem::new(field.code(), "REQUIRED_MISSING", message));
        }
    }
    if wanted.standing == Some(Standing::Pending) {
        let message = "A registration that waits for a decision can't be imported. Use active or inactive.";
        wanted.problems.push(Problem::new("status", "BAD_VALUE", message));
    }
    NewAccount {
        username: text(&wanted.username),
        first_name: text(&wanted.first_name),
        last_name: text(&wanted.last_name),
        email: text(&wanted.email),
        email_repeated: None,
        email_verified: wanted.email_verified.unwrap_or(false),
        mobile: text(&wanted.mobile),
        external_id: text(&wanted.external_id),
        // A new account has the default where a cell is blank.
        custom: wanted
            .custom
            .iter()
            .filter(|(_, told)| !told.is_empty())
            .map(|(key, told)| (key, told.to_vec()))
            .collect(),
        enabled: wanted.standing.map_or(!import.choices.create_disabled, |standing| standing == Standing::Enabled),
        password: NewPassword::None,
        origin: Origin::Import,
        complete: false,
    }
}

/// What an attacker would try first.
/// What the row changes about the account.
fn change(import: &Import, account: &Account, wanted: &Wanted) -> AccountChange {
    let value = |told: &Option<String>, present: &str| match told.as_deref() {
        Some(_) if import.choices.replace == Replace::Empty && !present.is_empty() => Change::Keep,
        Some("") if import.choices.blank == Blank::Clear && !present.is_empty() => Change::Clear,
        None | Some("") => Change::Keep,
        Some(text) => Change::Set(text.to_owned()),
    };
    // Another spelling of the same name or address is no change: it would cost the address its proof.
    let name = |told: &Option<String>, present: &str| match value(told, present) {
        Change::Set(text) if accounts::rules::identifier(&text) == accounts::rules::identifier(present) => Change::Keep,
        change => change,
    };
    let text = |present: &Option<String>| present.clone().unwrap_or_default();
    AccountChange {
        username: match name(&wanted.username, &account.username) {
            Change::Set(_) if wanted.is_username_derived => Change::Keep,
            change => change,
        },
        first_name: value(&wanted.first_name, &account.first_name),
        last_name: value(&wanted.last_name, &account.last_name),
        email: name(&wanted.email, &text(&account.email)),
        mobile: value(&wanted.mobile, &text(&account.mobile)),
        external_id: value(&wanted.external_id, &text(&account.external_id)),
        custom: custom_change(import, account, wanted),
    }
}

/// What the row changes about attributes.
fn custom_change(import: &Import, account: &Account, wanted: &Wanted) -> Values {
    let mut change = Values::default();
    for (key, told) in wanted.custom.iter() {
        let has_value = !account.custom.get(key).is_empty();
        let is_kept = has_value && import.choices.replace == Replace::Empty;
        if !is_kept && (!told.is_empty() || import.choices.blank == Blank::Clear) {
            change.set(key, told.to_vec());
        }
    }
    change
}

/// Finds out which updates change anything, and what is wrong with them.
async fn settle_updates(op: &mut Operation<'_>, planned: &mut [Planned], found: &[Option<&Account>]) -> Result<()> {
    let wanted = planned.iter().zip(found).filter_map(|(planned, account)| match &planned.step {
        Step::Update { change, .. } => Some(((*account)?, AccountChange::clone(change))),
        _ => None,
    });
    let checked = accounts::check_changes(op, wanted).await?;
    let updates = planned.iter_mut().zip(found).filter(|(planned, _)| matches!(planned.step, Step::Update { .. }));
    for ((planned, account), checked) in updates.zip(checked) {
        let Step::Update { account: id, differs, switch, before, .. } = &mut planned.step else { continue };
        match checked {
            Err(problems) => planned.wanted.problems.extend(problems),
            Ok(changes) if changes.is_empty() && switch.is_none() && planned.joins.is_empty() => {
                planned.step = Step::Keep(*id);
                continue;
            }
            Ok(changes) => {
                *differs = !changes.is_empty();
                *before = account.map(|account| Before::of(account, &changes, *switch)).unwrap_or_default();
            }
        }
        if account.is_some_and(|account| !may_update(op, account)) {
            let message = "Only a super administrator can change this account. Leave the row out, or ask one.";
            planned.wanted.problems.push(Problem::new("", "TARGET_PROTECTED", message));
        }
    }
    Ok(())
}

/// Makes every row with a problem fail, and finds what else is wrong with those that would become accounts.
async fn settle_faulty(op: &mut Operation<'_>, planned: &mut [Planned], found: &[Option<&Account>]) -> Result<()> {
    let mut faulty: Vec<&mut Planned> = Vec::new();
    let mut new: Vec<NewAccount> = Vec::new();
    for (planned, account) in planned.iter_mut().zip(found) {
        if planned.wanted.problems.is_empty() {
            continue;
        }
        let step = std::mem::replace(&mut planned.step, Step::Fail(account.map(|account| account.id)));
        if let Step::Create(wanted) = step
            && !planned.wanted.cells.is_refused()
        {
            new.push(*wanted);
            faulty.push(planned);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    for (planned, checked) in faulty.into_iter().zip(accounts::check_new(op, &new).await?) {
        let others = checked.err().unwrap_or_default().into_iter();
        // A name that an earlier row has is taken by the time this row comes; once is enough to say it.
        let told: HashSet<String> = planned.wanted.problems.iter().map(|problem| problem.field.clone()).collect();
        planned.wanted.problems.extend(others.filter(|problem| !told.contains(&problem.field)));
    }
    Ok(())
}
