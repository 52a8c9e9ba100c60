//! `reeve demo`: a server with an invented organization, to try everything out.

mod applicants;
mod groups;
mod names;
mod people;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use base::{Clock, Random, Secret};
use clap::Args;
use identity::access::Role;
use identity::accounts::{self, NewAccount, NewPassword, Origin, TypedPassword};
use identity::{Caller, Identity, organizations, setup};

use crate::cli::operator;
use crate::config::Config;
use crate::serve;
use people::{Made, Person};

/// The same people for everyone, so that what one writes about them another finds.
const SEED: u64 = 2_026;
/// The one who may do everything, and whose password is printed.
const ADMINISTRATOR: &str = "harriet.ashworth";
const ORGANIZATION: &str = "Aldermoor University";
/// Accounts made in one transaction; also how many are new on one day.
const AT_ONCE: usize = 200;
/// How long ago the first ones came.
const YEAR_AND_A_BIT: Duration = Duration::from_hours(400 * 24);

#[derive(Args)]
pub(crate) struct People {
    /// How many people to invent, if there are none yet
    #[arg(long, value_name = "COUNT", default_value_t = 1_000)]
    people: usize,
}

/// Serves an invented organization, made at the first start and kept.
///
/// Errors: as those of `serve`; the database holds real people.
pub(crate) async fn run(config: &Config, wanted: &People) -> Result<()> {
    serve::run(config, async |identity, url| {
        invent(identity, wanted.people).await?;
        let password = password_for_today(identity).await?;
        Ok(format!(
            "Everyone in {ORGANIZATION} is invented. The password is another one after each start.\n\n\
             Sign in: {url}/sign-in as {ADMINISTRATOR} with {}\n",
            password.expose()
        ))
    })
    .await
}

/// Makes the organization, unless it is there; one that was interrupted is completed.
async fn invent(identity: &Identity, count: usize) -> Result<()> {
    let operator = operator(identity);
    let total = identity.read(&operator, async |op| accounts::summary(op).await).await?.total;
    if total == 0 {
        appoint_administrator(identity, &operator).await?;
    } else if !is_invented(identity, &operator).await? {
        bail!("this database holds real people; choose another folder with --data");
    }
    // It gets its name when everyone is there.
    let present = identity.read(&operator, async |op| organizations::present(op).await).await?;
    if present.name == ORGANIZATION {
        return Ok(());
    }
    let people = people::make(SEED, count.saturating_sub(1));
    let (applicants, others): (Vec<&Person>, Vec<&Person>) =
        people.iter().partition(|person| person.made.is_applicant());
    populate(identity, &operator, &others).await?;
    applicants::register(identity, &operator, &applicants).await?;
    groups::gather(identity, &operator).await?;
    Ok(identity.write(&operator, async |op| organizations::rename(op, ORGANIZATION).await).await?)
}

/// Makes everyone's account. Time passes in the invented world: its people came one day after the other.
async fn populate(identity: &Identity, operator: &Caller, people: &[&Person]) -> Result<()> {
    let style = indicatif::ProgressStyle::with_template("Inventing people {bar:30} {pos} of {len}")?;
    let bar = indicatif::ProgressBar::new(people.len() as u64).with_style(style);
    let days = u32::try_from(people.len().div_ceil(AT_ONCE)).unwrap_or(u32::MAX).max(1);
    let day = YEAR_AND_A_BIT / days;
    let clock = Clock::fixed(Clock::System.now().minus(day * days));
    let options = identity::Options {
        clock: clock.clone(),
        random: Random::seeded(SEED),
        hashing_threads: Some(1),
        ..identity.options()
    };
    let world = Identity::open(identity.db().clone(), options).await?;
    for batch in people.chunks(AT_ONCE) {
        join(&world, operator, batch).await?;
        bar.inc(batch.len() as u64);
        clock.advance(day);
    }
    bar.finish_and_clear();
    Ok(())
}

/// Who was invented says so: the administrator came from here.
async fn is_invented(identity: &Identity, operator: &Caller) -> Result<bool> {
    let found = identity.read(operator, async |op| accounts::find_by_username(op, ADMINISTRATOR).await).await;
    match found {
        Ok(account) => Ok(account.origin == Origin::Demo.code()),
        Err(identity::Error::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Makes the accounts of one day, and gives them their roles and states.
async fn join(world: &Identity, operator: &Caller, batch: &[&Person]) -> Result<()> {
    let wanted = batch.iter().map(|person| person.account(world.random())).collect();
    world
        .write(operator, async |op| {
            let mut disabled = Vec::new();
            for (person, account) in batch.iter().zip(accounts::create_many(op, wanted).await?) {
                // Who is there already came before an interruption.
                let Ok(account) = account else { continue };
                match person.made {
                    Made::Disabled => disabled.push(account.id),
                    Made::Administrator(role) => drop(accounts::grant_role(op, account.id, role).await?),
                    _ => {}
                }
            }
            accounts::disable_many(op, &disabled).await?;
            Ok(())
        })
        .await
        .context("people can't be invented")
}

async fn appoint_administrator(identity: &Identity, operator: &Caller) -> Result<()> {
    let new = NewAccount {
        username: ADMINISTRATOR.into(),
        first_name: "Harriet".into(),
        last_name: "Ashworth".into(),
        email: format!("{ADMINISTRATOR}@{}", people::DOMAIN),
        email_verified: true,
        password: NewPassword::None,
        origin: Origin::Demo,
        ..NewAccount::default()
    };
    setup::create_super_administrator(identity, operator, new, typed(&new_password())).await?;
    Ok(())
}

/// Gives the administrator another password: the last one was seen on a screen.
async fn password_for_today(identity: &Identity) -> Result<Secret> {
    let operator = operator(identity);
    let account = identity.read(&operator, async |op| accounts::find_by_username(op, ADMINISTRATOR).await).await?;
    let password = new_password();
    accounts::set_password(identity, &operator, account.id, typed(&password)).await?;
    identity.write(&operator, async |op| accounts::grant_role(op, account.id, Role::SuperAdministrator).await).await?;
    Ok(password)
}

/// Four groups of four letters and digits that nobody mistakes for each other: 79 bits.
fn new_password() -> Secret {
    const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let letter = || {
        let index = usize::try_from(Random::System.below(ALPHABET.len() as u64)).unwrap_or(0);
        char::from(ALPHABET[index])
    };
    let group = || (0..4).map(|_| letter()).collect::<String>();
    Secret::new([group(), group(), group(), group()].join("-"))
}

fn typed(password: &Secret) -> TypedPassword {
    TypedPassword { password: password.clone(), repeated: password.clone(), temporary: false }
}
