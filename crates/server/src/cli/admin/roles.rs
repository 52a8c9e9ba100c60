//! `reeve admin grant`, `reeve admin revoke`: roles, the super administrator's among them.

use anyhow::Result;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use identity::access::Role;
use identity::accounts;

use super::{find, operator};
use crate::config::Config;
use crate::database;
use crate::terminal::say;

#[derive(Args)]
pub(crate) struct RoleOf {
    /// What they sign in with
    username: String,
    /// The kind of administrator
    #[arg(value_parser = role())]
    role: Role,
}

fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::code))
        .map(|code| Role::from_code(&code).expect("only codes of roles are possible"))
}

/// Makes an account an administrator of one kind.
///
/// Errors: an unknown username, an account that isn't active.
pub(super) async fn grant(config: &Config, asked: RoleOf) -> Result<()> {
    let RoleOf { username, role } = asked;
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let before = find(&identity, &operator, &username).await?;
    identity.write(&operator, async |op| accounts::grant_role(op, before.id, role).await).await?;
    let since = if before.roles.has(role) { "already" } else { "now" };
    say(format_args!("{} is {} {since}.", before.username, role.code()));
    Ok(())
}

/// Takes a role from an account.
///
/// Errors: an unknown username, the last super administrator who can sign in.
pub(super) async fn revoke(config: &Config, asked: RoleOf) -> Result<()> {
    let RoleOf { username, role } = asked;
    let identity = database::open(config).await?;
    let operator = operator(&identity);
    let before = find(&identity, &operator, &username).await?;
    identity.write(&operator, async |op| accounts::revoke_role(op, before.id, role).await).await?;
    let since = if before.roles.has(role) { "no longer" } else { "not" };
    say(format_args!("{} is {since} {}.", before.username, role.code()));
    Ok(())
}
