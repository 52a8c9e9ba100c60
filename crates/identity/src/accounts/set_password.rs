//! Setting the password of somebody else; hashed before the transaction begins.

use base::{AccountId, Secret};

use super::accept_password::{accept, keep};
use super::letters;
use super::password_choice::{Form, PasswordChoice, Ruling, ruling};
use super::status::{Lifecycle, PasswordState};
use super::typed_password::{random_rules, refuse_chosen_by_administrator};
use super::{Account, TypedPassword, end_links, find};
use crate::access::Permission;
use crate::credentials::{self, PasswordContext};
use crate::events::Event;
use crate::{Caller, Error, Identity, Operation, Result, sessions, settings};

/// What became of setting a password.
#[derive(Debug)]
pub struct PasswordGiven {
    /// The account as it is now.
    pub account: Account,
    /// Whether it must be changed at the next sign-in.
    pub temporary: bool,
    /// Whether it is temporary only because it is mailed (ES-133).
    pub became_temporary: bool,
    /// Whether it is mailed to the user.
    pub is_mailed: bool,
}

/// Sets a typed password that nobody is sent, as [`give_password`].
///
/// Errors: as [`give_password`].
pub async fn set_password(
    identity: &Identity,
    caller: &Caller,
    id: AccountId,
    typed: TypedPassword,
) -> Result<Account> {
    let choice = PasswordChoice::Typed { typed, send: false };
    Ok(give_password(identity, caller, id, choice).await?.account)
}

/// Gives an account the password that was chosen. Its sessions and outstanding links end; a pending reset, a pending first
/// password and a lock for failed attempts end too, an administrator's lock and Disabled stay (ES-134). The user is mailed
/// the password, or that it was changed.
///
/// Errors: `NotFound`; `Denied` without `SetPassword`; `Conflict` `pending` while the account is not active, `passwords_not_chosen`; `Invalid`
/// (`PASSWORD_POLICY`, `PASSWORD_REPEAT`, `PASSWORD_USED`, `NO_ADDRESS`, `SUPER_ADMINISTRATOR`); `Unavailable` when too many
/// passwords wait to be hashed.
pub async fn give_password(
    identity: &Identity,
    caller: &Caller,
    id: AccountId,
    choice: PasswordChoice,
) -> Result<PasswordGiven> {
    let (account, password, planned) = identity.read(caller, async |op| plan(op, id, &choice).await).await?;
    let temporary = planned.temporary;
    let typed = TypedPassword { password: password.clone(), repeated: password.clone(), temporary };
    let accepted = accept(identity, caller, &account, typed).await?;
    identity
        .write(caller, async |op| {
            let account = find::hold(op, id).await?.ok_or(Error::NotFound)?;
            let permit = op.allow(Permission::SetPassword, account.target())?;
            refuse_pending(&account)?;
            letters::check(planned.letter, choice.field(), &account)?;
            let account = keep(op, &account, &accepted).await?;
            let until = match account.state.password {
                PasswordState::Temporary { until } => Some(until),
                PasswordState::None | PasswordState::Permanent => None,
            };
            sessions::end_all(op, &[id]).await?;
            end_links(op, &[id]).await?;
            letters::send(op, planned.letter, &account, &password, until).await?;
            op.record(permit, Event::PasswordSet { account: account.reference(), temporary });
            Ok(PasswordGiven {
                account,
                temporary,
                became_temporary: temporary && !choice.boxes().temporary,
                is_mailed: planned.letter.holds_password(),
            })
        })
        .await
}

/// The password that is to be, and what the choice comes to, when nothing speaks against it.
async fn plan(op: &mut Operation<'_>, id: AccountId, choice: &PasswordChoice) -> Result<(Account, Secret, Ruling)> {
    let account = find::load(op, id).await?;
    let _ = op.allow(Permission::SetPassword, account.target())?;
    refuse_pending(&account)?;
    let settings = settings::load(op).await?;
    let planned = ruling(Form::Set, choice.boxes(), settings.allow_mailing_permanent_passwords);
    letters::check(planned.letter, choice.field(), &account)?;
    let password = choice.password(op, &account.password_context(), planned).await?;
    Ok((account, password, planned))
}

impl PasswordChoice {
    /// The field of a form that it was made in.
    pub(super) fn field(&self) -> &'static str {
        match self {
            PasswordChoice::Typed { .. } => "send",
            PasswordChoice::Random => "password_choice",
        }
    }

    /// The password: the typed one, held against the rules as far as they apply, or one made by chance.
    ///
    /// Errors: `Invalid`, every problem with the typed one; `Conflict` `passwords_not_chosen` when administrators may type
    /// none.
    pub(super) async fn password(
        &self,
        op: &mut Operation<'_>,
        context: &PasswordContext<'_>,
        planned: Ruling,
    ) -> Result<Secret> {
        let PasswordChoice::Typed { typed, .. } = self else {
            return credentials::random_password(op.random, &random_rules(op).await?, context);
        };
        refuse_chosen_by_administrator(op).await?;
        let typed = TypedPassword { temporary: !planned.follows_rules, ..typed.clone() };
        let problems = typed.problems(op, context).await?;
        if problems.is_empty() { Ok(typed.password) } else { Err(Error::Invalid(problems)) }
    }
}

/// Who waits for a decision keeps the password of the registration (ES-106).
fn refuse_pending(account: &Account) -> Result<()> {
    if account.state.lifecycle == Lifecycle::Active {
        return Ok(());
    }
    Err(Error::conflict("pending", "This registration waits for a decision; approve or activate it first."))
}
