//! Registering: somebody whom nobody knows makes an account for themselves.

use base::{AccountId, Secret};

use super::check::{self, Profile, check_new};
use super::create::{blank, insert};
use super::rules::identifier;
use super::status::{Lifecycle, PasswordState};
use super::summary::tally;
use super::told::tell_how_far;
use super::username::refuse_reserved;
use super::{Account, NewAccount, Origin, find};
use crate::access::{Permission, Target};
use crate::attributes;
use crate::credentials::{self, PasswordHash};
use crate::events::Event;
use crate::messages::{self, Template, Values};
use crate::one_time_links::{self, Issue, Purpose, Way};
use crate::settings::Settings;
use crate::{Error, Operation, Problem, Result, settings};

/// What somebody who registers enters; nothing else of an account can be set that way (ES-169).
#[derive(Clone, Debug, Default)]
pub struct Applicant {
    /// What they want to sign in with.
    pub username: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// What was entered of each attribute that is asked for.
    pub custom: attributes::Values,
}

/// What became of a registration.
#[derive(Debug)]
pub enum Registered {
    /// The account was made.
    Made {
        /// The account.
        account: Box<Account>,
        /// The only copy of the token that confirms it; none when the organization asks for no confirmation.
        link: Option<Secret>,
    },
    /// The address belongs to an account already, and nothing was made. Whoever registers must see no difference
    /// to [`Registered::Made`]: only the owner of the address may learn it.
    AddressTaken,
}

/// Makes an account for whoever asks. It waits for its owner to confirm the address, then for an administrator to
/// approve it, as far as the organization asks for either.
///
/// Errors: `Conflict` `registration_unavailable` when nobody can register, or the license limit is reached;
/// `Invalid` with every field that breaks a rule, and a username that is taken; `Stale` when somebody took a name in
/// this very moment: asking again tells which.
pub async fn register(op: &mut Operation<'_>, applicant: &Applicant, password: &PasswordHash) -> Result<Registered> {
    let permit = op.allow(Permission::Register, Target::Organization)?;
    let settings = settings::load(op).await?;
    let Some(profile) = check_applicant(op, applicant).await? else {
        if let Some(owner) = find::find_by_identifier(op, &applicant.email).await? {
            tell_owner(op, owner.id).await?;
            op.record(permit, Event::AlreadyRegistered { account: owner.reference() });
        }
        return Ok(Registered::AddressTaken);
    };
    let mut account = blank(op, profile, &applicant.wanted());
    account.state.lifecycle = beginning(&settings);
    account.state.password = PasswordState::Permanent;
    if !insert(op, &[&account]).await?.is_empty() {
        return Err(Error::Stale);
    }
    credentials::put_password(op, account.id, password, false).await?;
    tally(op, &account.state, 1);
    let link = if account.state.lifecycle == Lifecycle::PendingActivation {
        Some(send_confirmation(op, &account).await?)
    } else {
        tell_how_far(op, &account).await?;
        None
    };
    op.record(permit, Event::AccountRegistered { account: account.reference(), status: account.status().code() });
    Ok(Registered::Made { account: Box::new(account), link })
}

/// Mails the link that confirms a registration; older ones end. The answer is the only copy of its token.
async fn send_confirmation(op: &mut Operation<'_>, account: &Account) -> Result<Secret> {
    let validity = settings::load(op).await?.registration_link();
    let wanted = Issue {
        purpose: Purpose::ConfirmRegistration,
        account: Some(account.id),
        way: Way::EmailLink,
        digits: 0,
        sent_to: account.email.as_deref(),
        password_hash: None,
        validity,
        is_resend: false,
    };
    let link = one_time_links::issue_to(op, wanted).await?;
    let values = Values::new().with("expires_at", op.now.plus(validity)).with_link("confirm_url", "/confirm", &link);
    messages::queue(op, Template::ConfirmRegistration, account.id, values).await?;
    Ok(link)
}

/// Tells the owner of an address that somebody else wants it for an account of theirs (R6); nobody else learns it.
/// Whoever tries all day long sends no more than one message an hour.
pub(super) async fn tell_owner(op: &mut Operation<'_>, owner: AccountId) -> Result<()> {
    let hour = op.now.as_millis() / 3_600_000;
    let values = Values::new().with_page("change_password_page_url", "/change-password").once(format!("hour {hour}"));
    messages::tell(op, Template::AlreadyRegistered, owner, values).await
}

/// Holds an applicant against every rule; nothing is written. Answers their profile, or `None` when the address is
/// taken and nothing else is wrong.
///
/// Errors: as [`register`], but for `Stale`.
pub(super) async fn check_applicant(op: &mut Operation<'_>, applicant: &Applicant) -> Result<Option<Profile>> {
    let settings = settings::load(op).await?;
    // Attributes are held before the limit, as by everybody who makes accounts.
    attributes::load(op).await?;
    // The limit comes first: told only to those whose address is new, it would tell whose is not.
    if !settings.registration || check::room(op, &settings).await? == 0 {
        return Err(Error::conflict("registration_unavailable", "Registration is not available."));
    }
    let checked = check_new(op, &[applicant.wanted()]).await?.pop().expect("an answer for each wanted account");
    let (profile, mut problems) = match checked {
        Ok(profile) => (Some(profile), Vec::new()),
        Err(problems) => (None, problems),
    };
    if applicant.names_another_address() {
        // Whether it is taken is not told: that would tell whether the address has an account.
        problems.retain(|problem| problem.field != "username");
        let message = "Enter a name without @, or the email address that you register.";
        problems.push(Problem::new("username", "BAD_USERNAME", message));
    }
    problems.extend(refuse_reserved(&applicant.username, &settings).err());
    problems.extend(refuse_domain(&applicant.email, &settings).err());
    let is_silent = |problem: &Problem| match problem.code.as_str() {
        "EMAIL_TAKEN" => true,
        "USERNAME_TAKEN" => applicant.is_named_after_the_address(),
        _ => false,
    };
    let told: Vec<Problem> = problems.into_iter().filter(|problem| !is_silent(problem)).collect();
    if told.is_empty() { Ok(profile) } else { Err(Error::Invalid(told)) }
}

impl Applicant {
    fn wanted(&self) -> NewAccount {
        NewAccount {
            username: self.username.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            custom: self.custom.clone(),
            origin: Origin::Registration,
            ..NewAccount::default()
        }
    }

    fn is_named_after_the_address(&self) -> bool {
        identifier(&self.username) == identifier(&self.email)
    }

    fn names_another_address(&self) -> bool {
        self.username.contains('@') && !self.is_named_after_the_address()
    }
}

/// Refuses an address of a domain that the organization doesn't let in, or of one below it.
pub(super) fn refuse_domain(email: &str, settings: &Settings) -> Result<(), Problem> {
    let address = identifier(email);
    let Some((_, domain)) = address.rsplit_once('@') else {
        return Ok(());
    };
    let belongs =
        |to: &String| domain.strip_suffix(to.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let allowed = &settings.registration_domains_allowed;
    if settings.registration_domains_denied.iter().any(belongs) || !(allowed.is_empty() || allowed.iter().any(belongs))
    {
        let message = if allowed.is_empty() {
            "Addresses of this domain can't be registered. Enter another one.".to_owned()
        } else {
            format!("Enter an address of {}.", allowed.join(", "))
        };
        return Err(Problem::new("email", "EMAIL_DOMAIN", message));
    }
    Ok(())
}

/// Where the way of a registered account begins.
fn beginning(settings: &Settings) -> Lifecycle {
    if settings.registration_confirmation { Lifecycle::PendingActivation } else { after_confirmation(settings) }
}

/// What follows once the address is confirmed, or needs no confirmation.
pub(super) fn after_confirmation(settings: &Settings) -> Lifecycle {
    if settings.registration_approval { Lifecycle::PendingApproval } else { Lifecycle::Active }
}
