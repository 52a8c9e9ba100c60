//! Made people who registered and wait: half of them for their own confirmation, half for an administrator.

use anyhow::{Result, bail};
use base::{Random, Secret};
use identity::access::Actor;
use identity::accounts::{self, Applicant, Registered, Summary};
use identity::credentials::PasswordHash;
use identity::{Door, Identity, settings};
use serde_json::json;

use crate::Bench;
use crate::measure::once;

/// One in so many of all accounts waits.
pub(crate) const ONE_IN: u64 = 50;

/// How many wait.
pub(crate) fn waiting(summary: &Summary) -> u64 {
    summary.pending_activation + summary.pending_approval
}

/// Brings the database up to `wanted` people who wait, the same each time.
pub(crate) async fn fill(bench: &mut Bench, wanted: u64) -> Result<()> {
    let identity = bench.identity.clone();
    let before = identity.read(&bench.caller, async |op| accounts::summary(op).await).await?;
    let present = waiting(&before);
    if present >= wanted {
        return Ok(());
    }
    identity.write(&bench.caller, async |op| settings::choose(op, "registration", json!(true)).await).await?;
    let (made, took) = once(async {
        let mut n = present;
        while n < wanted {
            let until = (n + 500).min(wanted);
            register(&identity, n..until).await?;
            n = until;
        }
        Ok(n - present)
    })
    .await?;
    bench.table.note(&format!("{made} people registered in {:.1} s", took.as_secs_f64()));
    Ok(())
}

/// Registers these in one transaction; every second one confirms it at once.
async fn register(identity: &Identity, numbers: std::ops::Range<u64>) -> Result<()> {
    let stranger = identity.caller(Actor::Anonymous, Door::Portal);
    let hash = PasswordHash::of_nobody(Random::System.bytes(), Random::System.bytes());
    let mut refused = None;
    let work = identity.write(&stranger, async |op| {
        for n in numbers {
            match accounts::register(op, &applicant(n), &hash).await? {
                Registered::Made { link: Some(link), .. } => confirm(op, n, &link).await?,
                Registered::Made { link: None, .. } => {}
                Registered::AddressTaken => refused = Some(n),
            }
        }
        Ok(())
    });
    work.await?;
    if let Some(n) = refused {
        bail!("the address of applicant {n} is taken");
    }
    Ok(())
}

async fn confirm(op: &mut identity::Operation<'_>, n: u64, link: &Secret) -> identity::Result<()> {
    if n.is_multiple_of(2) {
        accounts::confirm_registration(op, link).await?;
    }
    Ok(())
}

fn applicant(n: u64) -> Applicant {
    Applicant {
        username: format!("applicant{n:07}"),
        first_name: "Nadia".into(),
        last_name: format!("Waiting{}", n % 7_000),
        email: format!("applicant.{n}@aldermoor.example"),
        ..Applicant::default()
    }
}
