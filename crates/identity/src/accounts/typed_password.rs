//! A password as somebody typed it, and every rule that it is held against: whoever registers, is created, sets,
//! changes or resets one comes by here.

use base::Secret;
use base::text::length;

use crate::access::Actor;
use crate::credentials::{PasswordContext, PasswordRules};
use crate::settings::Settings;
use crate::{Error, Operation, Problem, Result, organizations, settings};

/// A password as it was typed.
#[derive(Clone, Debug)]
pub struct TypedPassword {
    /// The password.
    pub password: Secret,
    /// The same once more.
    pub repeated: Secret,
    /// Whether it must be changed at the next sign-in; but for its length, the rules don't apply to such a password.
    pub temporary: bool,
}

impl TypedPassword {
    /// What is wrong with it.
    ///
    /// Errors: `Unavailable`.
    pub(crate) async fn problems(&self, op: &mut Operation<'_>, context: &PasswordContext<'_>) -> Result<Vec<Problem>> {
        let settings = settings::load(op).await?;
        let mut problems = Vec::new();
        if self.password.is_empty() {
            let message = format!("Enter {}.", settings.word_for_password.with_article());
            problems.push(Problem::new("password", "REQUIRED_MISSING", message));
        } else if self.temporary {
            let (least, most) = (settings.temporary_password_min_length, settings.password_rules.max_length);
            problems.extend(temporary_problem(&self.password, least, most));
        } else {
            problems.extend(broken_rules(&rules(op).await?, &self.password, context));
        }
        if self.password != self.repeated {
            let message = format!("Enter the same {} twice.", settings.word_for_password.inside());
            problems.push(Problem::new("password_repeat", "PASSWORD_REPEAT", message));
        }
        Ok(problems)
    }
}

/// The rules for permanent passwords, the name of the organization among the words that are easy to guess.
///
/// Errors: `Unavailable`.
pub(crate) async fn rules(op: &mut Operation<'_>) -> Result<PasswordRules> {
    let settings = settings::load(op).await?;
    rules_of(op, &settings).await
}

async fn rules_of(op: &mut Operation<'_>, settings: &Settings) -> Result<PasswordRules> {
    let mut rules = settings.password_rules.clone();
    rules.context_words.push(organizations::present(op).await?.name);
    Ok(rules)
}

/// The rules for passwords that are made by chance and mailed: permanent and temporary ones alike follow them.
///
/// Errors: `Unavailable`.
pub(crate) async fn random_rules(op: &mut Operation<'_>) -> Result<PasswordRules> {
    let mut rules = rules(op).await?;
    let least = settings::load(op).await?.temporary_password_min_length;
    rules.min_length = rules.min_length.max(u16::try_from(least).unwrap_or(u16::MAX));
    Ok(rules)
}

/// What is wrong with `password` as a permanent one of somebody without a name, by the rules of `settings`, whether they
/// are in force or not.
///
/// Errors: `Unavailable`.
pub async fn try_password(op: &mut Operation<'_>, settings: &Settings, password: &Secret) -> Result<Vec<Problem>> {
    let context = PasswordContext::of_profile("", None, [""; 2]);
    Ok(broken_rules(&rules_of(op, settings).await?, password, &context))
}

/// The rules that `password` breaks, as problems of its field.
pub(crate) fn broken_rules(rules: &PasswordRules, password: &Secret, context: &PasswordContext<'_>) -> Vec<Problem> {
    let broken = rules.check(password, context).into_iter();
    broken.map(|violation| Problem::new("password", "PASSWORD_POLICY", violation.message)).collect()
}

fn temporary_problem(password: &Secret, least: u32, most: u16) -> Option<Problem> {
    let length = length(password.expose());
    let problem = |message: String| Some(Problem::new("password", "PASSWORD_POLICY", message));
    if length < least as usize {
        return problem(format!("Use at least {least} characters."));
    }
    if length > usize::from(most) { problem(format!("Use at most {most} characters.")) } else { None }
}

/// Refuses a typed password where the organization wants administrators to send a random one or a link.
///
/// Errors: `Conflict` `passwords_not_chosen`.
pub(super) async fn refuse_chosen_by_administrator(op: &mut Operation<'_>) -> Result<()> {
    let is_person = matches!(op.caller.actor, Actor::Person(_));
    if is_person && !settings::load(op).await?.admin_may_choose_passwords {
        let message = "Administrators don't type passwords here. Send a random one, or an invitation.";
        return Err(Error::conflict("passwords_not_chosen", message));
    }
    Ok(())
}
