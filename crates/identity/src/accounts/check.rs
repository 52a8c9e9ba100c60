//! Whether accounts may come to be as they are wanted: every rule, nothing written.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::{AccountId, AttributeId};

use super::rules::{self, EmailAddress, Username};
use super::{Account, NewAccount, rows, values};
use crate::attributes::{self, Attributes, Values};
use crate::settings::{Settings, Words};
use crate::{Operation, Problem, Result, counters};

/// The profile of an account, each value as the rules want it; one that broke a rule is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) username: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: Option<String>,
    pub(crate) mobile: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) custom: Values,
}

impl Profile {
    /// Reads a profile, and tells every problem, not just the first.
    fn parse(new: &NewAccount, settings: &Settings, attributes: &Attributes) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut keep = |problem: Problem| problems.push(problem);
        let first_name = rules::person_name("first_name", &new.first_name, new.complete);
        let first_name = first_name.map_err(&mut keep).unwrap_or_default();
        let last_name = rules::person_name("last_name", &new.last_name, new.complete);
        let last_name = last_name.map_err(&mut keep).unwrap_or_default();
        let parse = if new.complete { Username::parse } else { Username::parse_given };
        let username = parse(&new.username, settings).map_err(&mut keep).ok();
        let email = if new.email.trim().is_empty() && !new.complete {
            None
        } else {
            EmailAddress::parse(&new.email).map_err(&mut keep).ok()
        };
        if let Some(repeated) = &new.email_repeated {
            let _ = rules::repeated_email(&new.email, repeated).map_err(&mut keep);
        }
        let mobile = rules::short_text("mobile", &new.mobile).map_err(&mut keep).unwrap_or_default();
        let external_id = rules::short_text("external_id", &new.external_id).map_err(&mut keep).unwrap_or_default();
        let custom = custom_of(new, attributes).map_err(|all| all.into_iter().for_each(&mut keep)).unwrap_or_default();
        let profile = Profile {
            username: username.map(|username| username.as_str().to_owned()).unwrap_or_default(),
            first_name,
            last_name,
            email: email.map(|email| email.as_str().to_owned()),
            mobile,
            external_id,
            custom,
        };
        (profile, problems)
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let email = self.email.as_deref().map(rules::identifier);
        let username = Some(rules::identifier(&self.username)).filter(|name| !name.is_empty());
        username.into_iter().chain(email)
    }
}

/// The values of a new account.
fn custom_of(new: &NewAccount, attributes: &Attributes) -> Result<Values, Vec<Problem>> {
    let entrant = new.origin.entrant();
    let read = attributes.read(&new.custom, entrant);
    // Whatever is wrong, what is missing is said beside it.
    let entered = read.as_ref().unwrap_or(&new.custom);
    let values = attributes.with_defaults(entered.clone());
    let missing = attributes.missing(&values, entrant);
    match read {
        Ok(_) if missing.is_empty() => Ok(values),
        Ok(_) => Err(missing),
        Err(problems) => Err(problems.into_iter().chain(missing).collect()),
    }
}

/// Who owns which username, address and external identifier, as far as a batch needs to know.
#[derive(Debug, Default)]
pub(crate) struct IdentifierIndex {
    names: HashMap<String, AccountId>,
    external_ids: HashMap<String, AccountId>,
    /// Values that nobody may have twice.
    values: HashMap<(AttributeId, String), AccountId>,
    claimed: HashSet<String>,
    claimed_values: HashSet<(AttributeId, String)>,
    attributes: Arc<Attributes>,
    words: Words,
}

impl IdentifierIndex {
    /// Looks up everything that `profiles` name, in a query for each kind of name.
    pub(crate) async fn of(op: &mut Operation<'_>, profiles: &[&Profile]) -> Result<Self> {
        let organization = op.organization();
        let mut names: Vec<String> = profiles.iter().flat_map(|profile| profile.names()).collect();
        names.sort_unstable();
        names.dedup();
        let external_ids: Vec<String> = profiles.iter().filter_map(|profile| profile.external_id.clone()).collect();
        let attributes = attributes::load(op).await?;
        let mut owners = HashMap::new();
        for attribute in attributes.iter().filter(|attribute| attribute.definition.is_unique) {
            let values = profiles.iter().flat_map(|profile| profile.custom.get(&attribute.key));
            let values: Vec<String> = values.map(|value| values::indexed(value)).collect();
            let found = values::owners(&mut op.tx, attribute.id, &values).await?;
            owners.extend(found.into_iter().map(|(value, owner)| ((attribute.id, value), owner)));
        }
        Ok(IdentifierIndex {
            names: rows::owners(&mut op.tx, organization, &names).await?,
            external_ids: rows::owners_of_external_ids(&mut op.tx, organization, &external_ids).await?,
            values: owners,
            attributes,
            words: crate::settings::load(op).await?.words(),
            ..IdentifierIndex::default()
        })
    }

    /// What of `profile` belongs to somebody other than `account`, which it is for, in the database or earlier in the
    /// batch.
    pub(crate) fn collisions(&self, profile: &Profile, account: Option<&Account>) -> Vec<Problem> {
        let owner = account.map(|account| account.id);
        let taken = |name: &String| {
            self.claimed.contains(name) || self.names.get(name).is_some_and(|other| Some(*other) != owner)
        };
        let mut problems = Vec::new();
        if taken(&rules::identifier(&profile.username)) {
            let message =
                format!("The {} {:?} is taken. Choose another one.", self.words.username.inside(), profile.username);
            problems.push(Problem::new("username", "USERNAME_TAKEN", message));
        }
        if let Some(email) = &profile.email
            && taken(&rules::identifier(email))
        {
            let message = format!("The email address {email:?} belongs to another account.");
            problems.push(Problem::new("email", "EMAIL_TAKEN", message));
        }
        if let Some(external_id) = &profile.external_id
            && (self.claimed.contains(&claimed_external_id(external_id))
                || self.external_ids.get(external_id).is_some_and(|other| Some(*other) != owner))
        {
            let message = format!("The external ID {external_id:?} belongs to another account.");
            problems.push(Problem::new("external_id", "EXTERNAL_ID_TAKEN", message));
        }
        for (attribute, value) in values::claims(&self.attributes, &profile.custom, account) {
            let claim = (attribute.id, value);
            if self.claimed_values.contains(&claim)
                || self.values.get(&claim).is_some_and(|other| Some(*other) != owner)
            {
                problems.push(values::taken(attribute));
            }
        }
        problems
    }

    /// Remembers that `profile` was accepted, so that a later one of the batch can't have the same names.
    pub(crate) fn claim(&mut self, profile: &Profile) {
        self.claimed.extend(profile.names());
        self.claimed.extend(profile.external_id.as_deref().map(claimed_external_id));
        let claims = values::claims(&self.attributes, &profile.custom, None);
        self.claimed_values.extend(claims.map(|(attribute, value)| (attribute.id, value)));
    }
}

/// External identifiers are another namespace; no folded name begins with a NUL.
fn claimed_external_id(external_id: &str) -> String {
    format!("\0{external_id}")
}

/// Holds each wanted account against every rule: form, uniqueness in the database and within the batch, and the
/// license limit. Nothing is written.
///
/// Errors: `Unavailable`, `Internal`.
pub(crate) async fn check_new(
    op: &mut Operation<'_>,
    wanted: &[NewAccount],
) -> Result<Vec<Result<Profile, Vec<Problem>>>> {
    let settings = crate::settings::load(op).await?;
    let attributes = attributes::load(op).await?;
    let parsed: Vec<_> = wanted.iter().map(|new| Profile::parse(new, &settings, &attributes)).collect();
    let profiles: Vec<&Profile> = parsed.iter().map(|(profile, _)| profile).collect();
    let mut index = IdentifierIndex::of(op, &profiles).await?;
    let mut room = room(op, &settings).await?;
    let checked = parsed.into_iter().map(|(profile, mut problems)| {
        problems.extend(index.collisions(&profile, None));
        if !problems.is_empty() {
            return Err(problems);
        }
        if room == 0 {
            let message = format!("The license limit of {} accounts is reached.", settings.site_user_limit);
            return Err(vec![Problem::new("", "LICENSE_LIMIT", message)]);
        }
        room -= 1;
        index.claim(&profile);
        Ok(profile)
    });
    Ok(checked.collect())
}

/// How many more accounts the license allows; those that this operation already made count.
pub(super) async fn room(op: &mut Operation<'_>, settings: &Settings) -> Result<u64> {
    if settings.site_user_limit == 0 {
        return Ok(u64::MAX);
    }
    let organization = op.organization();
    rows::hold_limit(&mut op.tx, organization).await?;
    let stored: i64 = counters::sums(op, "accounts.status.").await?.values().sum();
    let made: i64 = op.counts.iter().filter(|(name, _)| name.starts_with("accounts.status.")).map(|(_, n)| n).sum();
    let total = u64::try_from(stored + made).unwrap_or(0);
    Ok(settings.site_user_limit.saturating_sub(total))
}
