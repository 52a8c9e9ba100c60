//! What somebody wants to change about an account.

use base::Change;

use super::Account;
use super::check::Profile;
use super::rules::{self, EmailAddress, Username};
use crate::Problem;
use crate::attributes::{Attributes, Entrant, Values, field_of};
use crate::events::FieldChange;
use crate::settings::Settings;

/// A change of the profile; what is kept is not touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// What its owner signs in with.
    pub username: Change<String>,
    /// Given name.
    pub first_name: Change<String>,
    /// Family name.
    pub last_name: Change<String>,
    /// E-mail address.
    pub email: Change<String>,
    /// Mobile number.
    pub mobile: Change<String>,
    /// The name of this person in another system.
    pub external_id: Change<String>,
    /// What was entered of attributes; those that are not named are kept.
    pub custom: Values,
}

impl AccountChange {
    /// The profile that `account` has after the change; values that are kept are not held against today's rules. Whatever
    /// changes, an attribute that the account must have may not be missing any more.
    ///
    /// Errors: every value that breaks a rule.
    pub(super) fn profile(
        self,
        account: &Account,
        settings: &Settings,
        attributes: &Attributes,
    ) -> Result<Profile, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut keep = |problem: Problem| problems.push(problem);
        let username = match self.username {
            Change::Keep => account.username.clone(),
            // Sent along unchanged by a form, it stays although the rules have tightened since.
            Change::Set(name) if name.trim() == account.username => account.username.clone(),
            Change::Clear => {
                Username::parse("", settings).map_err(&mut keep).map(|_| String::new()).unwrap_or_default()
            }
            Change::Set(name) => Username::parse(&name, settings)
                .map(|name| name.as_str().to_owned())
                .map_err(&mut keep)
                .unwrap_or_default(),
        };
        let first_name = name_after(self.first_name, "first_name", &account.first_name).map_err(&mut keep);
        let last_name = name_after(self.last_name, "last_name", &account.last_name).map_err(&mut keep);
        let email = match self.email {
            Change::Keep => Ok(account.email.clone()),
            Change::Clear => Ok(None),
            Change::Set(email) => EmailAddress::parse(&email).map(|email| Some(email.as_str().to_owned())),
        };
        let email = email.map_err(&mut keep);
        let mobile = text_after(self.mobile, "mobile", account.mobile.as_ref()).map_err(&mut keep);
        let external_id = text_after(self.external_id, "external_id", account.external_id.as_ref()).map_err(&mut keep);
        let read = attributes.read(&self.custom, Entrant::Administrator);
        let custom = match read {
            Ok(read) => attributes.changed(&account.custom, &read),
            Err(wrong) => {
                problems.extend(wrong);
                Values::default()
            }
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let profile = Profile {
            username,
            first_name: first_name.unwrap_or_default(),
            last_name: last_name.unwrap_or_default(),
            email: email.unwrap_or_default(),
            mobile: mobile.unwrap_or_default(),
            external_id: external_id.unwrap_or_default(),
            custom,
        };
        if differences(account, &profile, attributes).is_empty() {
            return Ok(profile);
        }
        let missing = attributes.missing(&profile.custom, Entrant::Administrator);
        if missing.is_empty() { Ok(profile) } else { Err(missing) }
    }
}

fn name_after(change: Change<String>, field: &str, current: &str) -> Result<String, Problem> {
    match change {
        Change::Keep => Ok(current.to_owned()),
        Change::Clear => rules::person_name(field, "", true),
        Change::Set(name) => rules::person_name(field, &name, true),
    }
}

fn text_after(change: Change<String>, field: &str, current: Option<&String>) -> Result<Option<String>, Problem> {
    match change {
        Change::Keep => Ok(current.cloned()),
        Change::Clear => Ok(None),
        Change::Set(text) => rules::short_text(field, &text),
    }
}

/// The fields in which `profile` differs from `account`.
pub(super) fn differences(account: &Account, profile: &Profile, attributes: &Attributes) -> Vec<FieldChange> {
    let built_in = built_in_differences(account, profile);
    let custom = attributes.iter().filter_map(|attribute| {
        let (before, after) = (account.custom.get(&attribute.key), profile.custom.get(&attribute.key));
        let told = |values: &[String]| Some(values.join(", ")).filter(|_| !values.is_empty());
        let field = field_of(&attribute.key).into();
        (before != after).then(|| FieldChange { field, before: told(before), after: told(after) })
    });
    built_in.chain(custom).collect()
}

fn built_in_differences(account: &Account, profile: &Profile) -> impl Iterator<Item = FieldChange> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    [
        ("username", some(&account.username), some(&profile.username)),
        ("first_name", some(&account.first_name), some(&profile.first_name)),
        ("last_name", some(&account.last_name), some(&profile.last_name)),
        ("email", account.email.clone(), profile.email.clone()),
        ("mobile", account.mobile.clone(), profile.mobile.clone()),
        ("external_id", account.external_id.clone(), profile.external_id.clone()),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .map(|(field, before, after)| FieldChange { field: field.into(), before, after })
}
