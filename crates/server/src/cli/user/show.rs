//! `reeve user show`: one account, and why it can't be signed in to.

use anyhow::Result;
use identity::access::Role;
use identity::accounts::{self, Account, Lock, Obstacle, PasswordState};
use identity::memberships;
use serde_json::{Value as Json, json};

use super::super::admin::operator;
use super::named;
use crate::config::Config;
use crate::database;
use crate::terminal::say;

/// What is known of an account.
struct Known {
    account: Account,
    obstacles: Vec<Obstacle>,
    groups: Vec<String>,
    sessions: usize,
}

/// Prints what is known of one account.
///
/// Errors: nobody has the name.
pub(super) async fn run(config: &Config, name: &str, as_json: bool) -> Result<()> {
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let account = named::find(&identity, &operator, name).await?;
    let read = identity.read(&operator, async |op| {
        let groups = memberships::groups_of(op, account.id).await?;
        Ok(Known {
            obstacles: accounts::obstacles_of(op, &account).await?,
            groups: groups.into_iter().map(|membership| membership.group.name).collect(),
            sessions: accounts::session_count(op, account.id).await?,
            account: account.clone(),
        })
    });
    let known = read.await?;
    if as_json {
        say(object(&known));
    } else {
        print(&known);
    }
    Ok(())
}

fn object(known: &Known) -> Json {
    let Known { account, obstacles, groups, sessions } = known;
    let mut object = brief(account);
    let more = json!({
        "external_id": account.external_id,
        "attributes": account.custom,
        "groups": groups,
        "password": password(account),
        "must_change_password": account.state.must_change.code(),
        "email_verified_at": account.state.email.verified_at.map(|at| at.to_string()),
        "mobile_verified_at": account.state.mobile.verified_at.map(|at| at.to_string()),
        "locks": account.state.locks.iter().map(lock).collect::<Vec<_>>(),
        "cannot_sign_in": obstacles.iter().map(obstacle).collect::<Vec<_>>(),
        "sessions": sessions,
        "version": account.version,
    });
    if let (Json::Object(all), Json::Object(more)) = (&mut object, more) {
        all.extend(more);
    }
    object
}

/// What a list says of an account.
pub(super) fn brief(account: &Account) -> Json {
    json!({
        "id": account.id.to_string(),
        "username": account.username,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "email": account.email,
        "mobile": account.mobile,
        "status": account.status().code(),
        "roles": account.roles.iter().map(Role::code).collect::<Vec<_>>(),
        "created_at": account.created_at.to_string(),
        "modified_at": account.modified_at.to_string(),
        "last_sign_in_at": account.last_sign_in_at.map(|at| at.to_string()),
    })
}

fn password(account: &Account) -> Json {
    match account.state.password {
        PasswordState::None => json!({ "state": "none" }),
        PasswordState::Temporary { until } => json!({ "state": "temporary", "until": until.to_string() }),
        PasswordState::Permanent => json!({ "state": "permanent" }),
    }
}

fn lock(lock: &Lock) -> Json {
    json!({
        "reason": lock.reason.code(),
        "since": lock.since.to_string(),
        "until": lock.until.map(|until| until.to_string()),
        "by": lock.held_by,
        "note": lock.note,
    })
}

fn obstacle(obstacle: &Obstacle) -> Json {
    json!({
        "why": obstacle.why.code(),
        "since": obstacle.since.map(|since| since.to_string()),
        "by": obstacle.by,
        "note": obstacle.note,
        "ends_at": obstacle.ends_at.map(|end| end.to_string()),
        "ends_by": obstacle.ends_by.iter().map(|remedy| remedy.code()).collect::<Vec<_>>(),
    })
}

fn print(known: &Known) {
    let Known { account, obstacles, groups, sessions } = known;
    let roles: Vec<_> = account.roles.iter().map(Role::code).collect();
    let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    for (what, text) in [
        ("Name", account.display_name()),
        ("Username", account.username.clone()),
        ("Email", or_none(account.email.clone().unwrap_or_default())),
        ("Status", account.status().to_string()),
        ("Roles", or_none(roles.join(", "))),
        ("Groups", or_none(groups.join(", "))),
        ("Open sessions", sessions.to_string()),
        ("Last sign-in", account.last_sign_in_at.map_or_else(|| "never".to_owned(), |at| at.to_string())),
        ("Identifier", account.id.to_string()),
    ] {
        say(format_args!("{what:14}  {text}"));
    }
    if obstacles.is_empty() {
        say(format_args!("{:14}  yes", "Can sign in"));
    }
    for (index, obstacle) in obstacles.iter().enumerate() {
        let what = if index == 0 { "Can sign in" } else { "" };
        let no = if index == 0 { "no: " } else { "and: " };
        say(format_args!("{what:14}  {no}{}", sentence(obstacle)));
    }
}

/// Why, since when, by whom, and what ends it.
fn sentence(obstacle: &Obstacle) -> String {
    let since = obstacle.since.map(|since| format!(" since {since}")).unwrap_or_default();
    let by = obstacle.by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
    let note = obstacle.note.as_deref().map(|note| format!(" ({note})")).unwrap_or_default();
    let at = obstacle.ends_at.map(|end| format!(" at {end}"));
    let ends: Vec<_> = obstacle.ends_by.iter().map(ToString::to_string).collect();
    format!("{}{since}{by}{note}; ends{} when {}", obstacle.why, at.unwrap_or_default(), ends.join(", or "))
}
