//! Making accounts.

use std::collections::HashMap;

use base::AccountId;

use super::Account;
use super::check::{Profile, check_new};
use super::rows;
use super::status::{Contact, PasswordState, State};
use super::summary::tally;
use super::values;
use crate::access::{Permission, Roles, Target};
use crate::attributes::{Entrant, Values};
use crate::credentials::{self, PasswordContext, PasswordHash};
use crate::events::Event;
use crate::{Error, Operation, Problem, Result};

/// An account that somebody wants.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What its owner will sign in with.
    pub username: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address; empty for none.
    pub email: String,
    /// The address once more, where a form asks for it.
    pub email_repeated: Option<String>,
    /// Whether the address is known to be its owner's.
    pub email_verified: bool,
    /// Mobile number; empty for none.
    pub mobile: String,
    /// The name of this person in another system; empty for none.
    pub external_id: String,
    /// What was entered of each attribute.
    pub custom: Values,
    /// Whether it can be signed in to.
    pub enabled: bool,
    /// The first password.
    pub password: NewPassword,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether both names and the address are required, and a username of some length, as on a form; a file or another
    /// system may lack them.
    pub complete: bool,
}

impl Default for NewAccount {
    fn default() -> Self {
        NewAccount {
            username: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
            email_repeated: None,
            email_verified: false,
            mobile: String::new(),
            external_id: String::new(),
            custom: Values::default(),
            enabled: true,
            password: NewPassword::None,
            origin: Origin::Console,
            complete: true,
        }
    }
}

impl NewAccount {
    /// What its password may not be made of.
    pub(crate) fn password_context(&self) -> PasswordContext<'_> {
        PasswordContext::of_profile(&self.username, Some(&self.email), [&self.first_name, &self.last_name])
    }
}

/// The first password of an account, hashed already.
#[derive(Clone, Debug)]
pub enum NewPassword {
    /// None: nobody can sign in until one is set.
    None,
    /// One that must be changed at the first sign-in.
    Temporary(PasswordHash),
    /// One to stay, which follows the rules.
    Permanent(PasswordHash),
    /// One that came hashed from elsewhere: nobody knows whether it follows the rules.
    Imported(PasswordHash),
}

/// Where an account comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An administrator's form.
    Console,
    /// A file.
    Import,
    /// The command line.
    CommandLine,
    /// The set-up link.
    SetUp,
    /// The made organization of `reeve demo`.
    Demo,
    /// Its owner, who registered.
    Registration,
}

impl Origin {
    /// A stable name, as `import`.
    pub fn code(self) -> &'static str {
        match self {
            Origin::Console => "console",
            Origin::Import => "import",
            Origin::CommandLine => "command_line",
            Origin::SetUp => "set_up",
            Origin::Demo => "demo",
            Origin::Registration => "registration",
        }
    }

    /// Who entered the values.
    pub(super) fn entrant(self) -> Entrant {
        match self {
            Origin::Console | Origin::Import => Entrant::Administrator,
            Origin::CommandLine | Origin::SetUp | Origin::Demo => Entrant::Operator,
            Origin::Registration => Entrant::Applicant,
        }
    }
}

/// Makes an account, active at once.
///
/// Errors: `Denied` without `CreateAccount`; `Invalid` with every field that breaks a rule or is taken;
/// `Conflict` `license_limit`.
pub async fn create(op: &mut Operation<'_>, new: NewAccount) -> Result<Account> {
    let made = create_many(op, vec![new]).await?.pop().expect("an answer for each wanted account");
    made.map_err(refusal)
}

/// Makes several accounts, each on its own terms: one that breaks a rule doesn't stop the others.
///
/// Errors: `Denied` without `CreateAccount`; `Unavailable`; what is wrong with single accounts is in the answer.
pub async fn create_many(
    op: &mut Operation<'_>,
    wanted: Vec<NewAccount>,
) -> Result<Vec<Result<Account, Vec<Problem>>>> {
    let permit = op.allow(Permission::CreateAccount, Target::Organization)?;
    let settings = crate::settings::load(op).await?;
    let temporary = settings.temporary_password();
    let checked = check_new(op, &wanted).await?;
    let mut answers: Vec<Result<Account, Vec<Problem>>> = Vec::with_capacity(wanted.len());
    let mut passwords = Vec::new();
    let mut imported = Vec::new();
    for (new, checked) in wanted.into_iter().zip(checked) {
        let profile = match checked {
            Ok(profile) => profile,
            Err(problems) => {
                answers.push(Err(problems));
                continue;
            }
        };
        let mut account = blank(op, profile, &new);
        account.state.password = match &new.password {
            NewPassword::None => PasswordState::None,
            NewPassword::Temporary(_) => PasswordState::Temporary { until: op.now.plus(temporary) },
            NewPassword::Permanent(_) | NewPassword::Imported(_) => PasswordState::Permanent,
        };
        match new.password {
            NewPassword::None => {}
            NewPassword::Temporary(hash) | NewPassword::Permanent(hash) => passwords.push((account.id, hash)),
            NewPassword::Imported(hash) => imported.push((account.id, hash)),
        }
        answers.push(Ok(account));
    }
    let accounts: Vec<&Account> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    let beaten = insert(op, &accounts).await?;
    for answer in &mut answers {
        if let Some(problem) = answer.as_ref().ok().and_then(|account| beaten.get(&account.id)) {
            *answer = Err(vec![problem.clone()]);
        }
    }
    let stays = |(id, _): &(AccountId, PasswordHash)| !beaten.contains_key(id);
    passwords.retain(stays);
    imported.retain(stays);
    credentials::put_passwords(op, &passwords, false).await?;
    credentials::put_passwords(op, &imported, true).await?;
    let mut events = Vec::with_capacity(answers.len());
    for account in answers.iter().flatten() {
        tally(op, &account.state, 1);
        events.push(Event::AccountCreated {
            account: account.reference(),
            origin: origin_of(account),
            enabled: account.state.enabled,
        });
    }
    op.record_all(permit, events);
    Ok(answers)
}

/// Writes new accounts with their values. Answers what is wrong with those that somebody was faster than in this very
/// moment; they are not written.
pub(super) async fn insert(op: &mut Operation<'_>, accounts: &[&Account]) -> Result<HashMap<AccountId, Problem>> {
    let beaten = rows::insert(&mut op.tx, accounts).await?;
    let word = crate::settings::load(op).await?.word_for_username;
    let message = format!("The {} or email address was taken a moment ago.", word.inside());
    let problem = Problem::new("username", "USERNAME_TAKEN", message);
    let mut problems: HashMap<_, _> = beaten.into_iter().map(|id| (id, problem.clone())).collect();
    let written: Vec<&Account> =
        accounts.iter().copied().filter(|account| !problems.contains_key(&account.id)).collect();
    let lost = values::add(op, &written).await?;
    let ids: Vec<AccountId> = lost.keys().copied().collect();
    rows::delete(&mut op.tx, &ids).await?;
    problems.extend(lost);
    Ok(problems)
}

/// The account that `new` wants, without a password.
pub(super) fn blank(op: &Operation<'_>, profile: Profile, new: &NewAccount) -> Account {
    let mut state = State::new(new.enabled);
    let verified_at = (new.email_verified && profile.email.is_some()).then_some(op.now);
    state.email = Contact { is_present: profile.email.is_some(), verified_at, change_pending: false };
    state.mobile.is_present = profile.mobile.is_some();
    Account {
        id: op.new_id(),
        organization: op.organization(),
        version: 1,
        username: profile.username,
        first_name: profile.first_name,
        last_name: profile.last_name,
        email: profile.email,
        pending_email: None,
        mobile: profile.mobile,
        external_id: profile.external_id,
        custom: profile.custom,
        state,
        roles: Roles::NONE,
        in_protected_group: false,
        origin: new.origin.code().to_owned(),
        created_at: op.now,
        modified_at: op.now,
        last_sign_in_at: None,
    }
}

fn origin_of(account: &Account) -> &'static str {
    [Origin::Console, Origin::Import, Origin::CommandLine, Origin::SetUp, Origin::Demo, Origin::Registration]
        .into_iter()
        .map(Origin::code)
        .find(|code| *code == account.origin)
        .unwrap_or("unknown")
}

/// What is wrong with one account, as an error of one operation.
fn refusal(problems: Vec<Problem>) -> Error {
    match problems.first() {
        Some(problem) if problem.code == "LICENSE_LIMIT" => {
            Error::conflict("license_limit", format!("{} Raise the limit or delete accounts.", problem.message))
        }
        _ => Error::Invalid(problems),
    }
}
