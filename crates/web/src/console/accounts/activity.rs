//! What happened to a user, the latest first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base::{EventId, Timestamp};
use identity::accounts;
use identity::attributes::{self, Attributes, field_of};
use identity::audit::{self, Entry};
use identity::memberships;
use identity::settings::Words;
use serde_json::Value as Json;

use super::custom;
use super::in_path::InPath;
use super::profile::{Head, Standing, Tab, What};
use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::render::words::sessions;
use crate::render::{filters, page};
use crate::site::Site;

const ENTRIES: u32 = 50;
const A_DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Template)]
#[template(path = "console/accounts/activity.html")]
struct ActivityPage {
    frame: Frame,
    head: Head,
    days: Vec<Day>,
    is_latest: bool,
    older_href: Option<String>,
}

/// What happened on one day (UTC).
struct Day {
    at: Timestamp,
    is_today: bool,
    items: Vec<Item>,
}

/// One thing that happened.
struct Item {
    icon: &'static str,
    deed: String,
    /// What the deed was about, after a colon; empty when the deed says all.
    object: String,
    by: String,
    more: String,
    at: Timestamp,
}

/// What things are called in this organization.
struct Names<'a> {
    words: &'a Words,
    attributes: &'a Attributes,
}

impl Names<'_> {
    /// A change of an attribute. The values of one that administrators may not see, or could not see while it was
    /// there, are left out.
    fn custom(&self, key: &str, change: &Json) -> String {
        let Some(attribute) = custom::seen(self.attributes).find(|attribute| attribute.key == key) else {
            return format!("{key} changed");
        };
        let value = |side: &str| change[side].as_str().unwrap_or("nothing").to_owned();
        format!("{}: {} → {}", attribute.definition.label, value("before"), value("after"))
    }
}

/// `GET /console/users/{id}/activity?before=…`.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    InPath(id): InPath,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let before: Option<EventId> = fields.text("before").parse().ok();
    let read = site.identity().read(&member.caller, async |op| {
        let account = accounts::find(op, id).await?;
        let entries = audit::history(op, id, account.is_protected(), before, ENTRIES).await?;
        let groups = memberships::groups_of(op, id).await?.len();
        let standing = Standing::read(op, &account, &entries).await?;
        Ok((account, entries, groups, attributes::list(op).await?, standing))
    });
    let (account, entries, groups, attributes, standing) = read.await.or_failure(&member.caller)?;
    let head = Head::new(&site, &member, &account, &standing, groups, Tab::Activity);
    let older = entries.last().filter(|_| entries.len() == ENTRIES as usize);
    let older_href = older.map(|entry| format!("{}/activity?before={}", head.href, entry.id));
    Ok(page(&ActivityPage {
        frame,
        head,
        days: days(&entries, &Names { words: &member.words, attributes: &attributes }, site.identity().clock().now()),
        is_latest: before.is_none(),
        older_href,
    }))
}

fn days(entries: &[Entry], called: &Names<'_>, now: Timestamp) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    let day_of = |at: Timestamp| at.as_millis().div_euclid(A_DAY_MS);
    for entry in entries {
        match days.last_mut().filter(|day| day_of(day.at) == day_of(entry.at)) {
            Some(day) => day.items.push(item(entry, called)),
            None => {
                days.push(Day {
                    at: entry.at,
                    is_today: day_of(entry.at) == day_of(now),
                    items: vec![item(entry, called)],
                });
            }
        }
    }
    days
}

fn item(entry: &Entry, called: &Names<'_>) -> Item {
    let (icon, deed, object) = words(entry, called);
    // Somebody who signs in is nobody yet; the sentence says all.
    let is_own = matches!(
        entry.event.as_str(),
        "signed_in"
            | "signed_out"
            | "reauthenticated"
            | "sign_in_refused"
            | "sign_in_blocked"
            | "password_rehashed"
            | "password_expired"
            | "password_compromised"
            | "account_registered"
            | "registration_confirmed"
            | "password_chosen"
            | "recovery_requested"
            | "email_verified"
            | "email_change_requested"
            | "email_change_withdrawn"
            | "email_change_confirmed"
            | "mobile_verified"
            | "code_refused"
    );
    let door = match entry.door.as_str() {
        "import" => "Import",
        _ => "",
    };
    let address = entry.address.as_deref().unwrap_or_default();
    let extra = [details(entry, called), door.to_owned(), address.to_owned()];
    let extra: Vec<&str> = extra.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    Item {
        icon,
        deed,
        object,
        by: if is_own { String::new() } else { entry.actor_name.clone() },
        more: extra.join(" · "),
        at: entry.at,
    }
}

/// The event as a picture, a deed without its author, and what the deed was about.
fn words(entry: &Entry, called: &Names<'_>) -> (&'static str, String, String) {
    let password = called.words.password.inside();
    let detail = |key: &str| entry.details[key].as_str().unwrap_or_default();
    let (icon, deed) = match entry.event.as_str() {
        "set_up" => ("shield-check", "Became the first super administrator"),
        "account_created" => ("user-plus", "Account created"),
        "account_registered" => ("user-plus", "Registered"),
        "registration_confirmed" => ("mail-check", "Registration confirmed"),
        "registration_approved" => ("user-round-check", "Registration approved"),
        "registration_activated" => ("user-round-check", "Account activated without confirmation"),
        "registration_rejected" => ("user-minus", "Registration rejected"),
        "registration_purged" => ("user-minus", "Registration not confirmed in time"),
        "account_updated" => ("pencil", "Profile changed"),
        "account_enabled" => ("circle-check", "Account enabled"),
        "account_disabled" => ("ban", "Account disabled"),
        "account_locked" => ("lock", "Account locked"),
        "account_unlocked" => ("lock-open", "Account unlocked"),
        "sessions_ended" => ("log-out", "Sessions ended"),
        "account_deleted" => ("trash-2", "Account deleted"),
        "password_set" if entry.details["temporary"] == Json::Bool(true) => {
            return ("key-round", format!("Temporary {password} set"), String::new());
        }
        "password_set" => return ("key-round", format!("{} set", called.words.password), String::new()),
        "user_invited" => return ("send", format!("Invited to set a {password}"), way(detail("way")).to_owned()),
        "password_reset_required" => {
            return ("key-round", format!("Asked for a new {password}"), way(detail("way")).to_owned());
        }
        "password_chosen" => {
            return ("key-round", format!("Chose a {password}"), way(detail("way")).to_owned());
        }
        "link_sent" => {
            let deed = match detail("purpose") {
                "confirm_registration" => "Confirmation of the registration sent again",
                "verify_email" => "Verification of the email address sent",
                "confirm_email" => "Link to confirm the new email address sent again",
                "verify_mobile" => "Verification of the mobile number sent",
                _ => "Link sent again",
            };
            return ("send", deed.to_owned(), String::new());
        }
        "recovery_requested" => {
            let wanted = match detail("wanted") {
                "username" => format!("Asked for the {} by email", called.words.username.inside()),
                _ => format!("Asked for a link to change the {password}"),
            };
            return ("mail-open", wanted, answer(detail("answer")).to_owned());
        }
        "email_verified" => ("mail-check", "Email address verified"),
        "email_change_requested" => {
            return ("at-sign", "Asked for another email address".to_owned(), detail("email").to_owned());
        }
        "email_change_withdrawn" => ("at-sign", "Kept the email address"),
        "email_change_confirmed" => {
            return ("mail-check", "New email address confirmed".to_owned(), detail("after").to_owned());
        }
        "mobile_verified" => ("smartphone", "Mobile number verified"),
        "code_refused" => ("circle-alert", "Wrong code entered"),
        "password_rehashed" => {
            return ("key-round", format!("{} kept in a newer way", called.words.password), String::new());
        }
        "password_compromised" => {
            return ("key-round", format!("{} found in a list of common ones", called.words.password), String::new());
        }
        "password_expired" => return ("key-round", format!("{} expired", called.words.password), String::new()),
        "signed_in" => ("log-in", "Signed in"),
        "signed_out" => ("log-out", "Signed out"),
        "reauthenticated" => return ("shield-check", format!("Entered the {password} again"), String::new()),
        "sign_in_blocked" => ("lock", "Sign-in paused after too many attempts"),
        "role_granted" | "role_revoked" => {
            let role = identity::access::Role::from_code(detail("role")).map(|role| role.to_string());
            let deed = if entry.event == "role_granted" { "Role granted" } else { "Role removed" };
            return ("shield-check", deed.to_owned(), role.unwrap_or_default());
        }
        "group_joined" => return ("shapes", "Added to group".to_owned(), detail("group").to_owned()),
        "group_left" => return ("shapes", "Removed from group".to_owned(), detail("group").to_owned()),
        "sign_in_refused" => {
            return ("circle-alert", "Sign-in failed".to_owned(), refusal(detail("reason"), &password));
        }
        "refused" => {
            return ("circle-alert", "Refused".to_owned(), detail("permission").replace('_', " "));
        }
        other => return ("circle", "Recorded".to_owned(), other.replace('_', " ")),
    };
    (icon, deed.to_owned(), String::new())
}

/// How a link or code reaches somebody, in words.
fn way(code: &str) -> &'static str {
    match code {
        "email_link" => "link by email",
        "email_code" => "code by email",
        "sms_code" => "code by text message",
        "hand_over" => "link to hand over",
        _ => "",
    }
}

/// What became of a request for help to get in, in words for administrators.
fn answer(code: &str) -> &'static str {
    match code {
        "username_sent" | "link_sent" => "sent",
        "confirmation_sent" => "the confirmation of the registration was sent again",
        "pending_approval" => "no link, the registration is not approved",
        "account_disabled" => "no link, the account is disabled",
        "account_locked" => "no link, the account is locked",
        "super_administrator" => "no link, super administrators get none by email",
        "no_address" => "not sent, there is no email address",
        "too_many" => "not sent, too many requests",
        _ => "",
    }
}

/// Why a sign-in failed, in words for administrators.
fn refusal(reason: &str, password: &str) -> String {
    let words = match reason {
        "wrong_password" => return format!("wrong {password}"),
        "wrong_password_again" => return format!("wrong {password} when it was asked for again"),
        "blocked" | "too_many_failures" => "too many attempts",
        "account_disabled" => "the account is disabled",
        "account_locked" => "the account is locked",
        "account_inactive" => "the account was not used for a long time",
        "account_gone" => "the account was deleted meanwhile",
        "password_changed" => return format!("the {password} was changed meanwhile"),
        "temporary_password_expired" => return format!("the temporary {password} has expired"),
        "password_reset_required" => return format!("a new {password} is required"),
        "email_unverified" => "the email address is not verified",
        "mobile_unverified" => "the mobile number is not verified",
        "pending_activation" => "the registration is not confirmed",
        "pending_approval" => "the registration is not approved",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// What else is worth reading: changed fields, a note, a reason.
fn details(entry: &Entry, called: &Names<'_>) -> String {
    match entry.event.as_str() {
        "account_disabled" => entry.details["note"].as_str().unwrap_or_default().to_owned(),
        "account_locked" => lock_details(&entry.details),
        "account_unlocked" => unlock_details(&entry.details),
        "sessions_ended" => sessions(entry.details["sessions"].as_u64().unwrap_or_default()),
        "registration_rejected" => entry.details["reason"].as_str().unwrap_or_default().to_owned(),
        "account_updated" => {
            let Json::Object(fields) = &entry.details else {
                return String::new();
            };
            let change = |(field, change): (&String, &Json)| {
                let value = |side: &str| change[side].as_str().unwrap_or("nothing").to_owned();
                if let Some(key) = field.strip_prefix(&field_of("")) {
                    return called.custom(key, change);
                }
                let name = if field == "username" { called.words.username.inside() } else { field.replace('_', " ") };
                format!("{name}: {} → {}", value("before"), value("after"))
            };
            fields.iter().map(change).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

/// Why an account was locked, and until when.
fn lock_details(details: &Json) -> String {
    let note = match details["reason"].as_str() {
        Some("inactivity") => "nobody signed in for too long",
        _ => details["note"].as_str().unwrap_or_default(),
    };
    let until = details["until"].as_str().map(|until| format!("until {until}"));
    let parts = [note.to_owned(), until.unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// What an account was locked for, when it was no administrator's lock.
fn unlock_details(details: &Json) -> String {
    let reasons = details["reasons"].as_array().map(Vec::as_slice).unwrap_or_default();
    let words = reasons.iter().filter_map(|reason| match reason.as_str()? {
        "failed_attempts" => Some("after too many failed sign-ins"),
        "inactivity" => Some("after a long time without a sign-in"),
        _ => None,
    });
    words.collect::<Vec<_>>().join(", ")
}
