//! Inventing groups, and who is in them.

use anyhow::{Context, Result};
use base::AccountId;
use identity::accounts::{self, Filter, RoleFilter};
use identity::groups::{self, GroupProfile};
use identity::memberships;
use identity::{Caller, Error, Identity};

/// Name, description, and which of so many people one after the other is in it. Nobody is in the last one yet.
const GROUPS: &[(&str, &str, usize)] = &[
    ("Alumni", "Former students and staff", 6),
    ("Law faculty", "Members of the law faculty", 60),
    ("Library borrowers", "Everyone who may borrow books", 2),
    ("Research staff", "Academic and research appointments", 11),
    ("Students 2026", "Intake of September 2026", 4),
    ("VPN access", "May use the campus VPN", 29),
    ("Sailing club", "", usize::MAX),
];
/// The group that only super administrators change.
const PROTECTED: (&str, &str) = ("Platform team", "Runs this service");

/// Members added in one transaction.
const AT_ONCE: usize = 500;

/// Makes the groups, unless they are there. The administrators are in the protected one.
pub(super) async fn gather(identity: &Identity, operator: &Caller) -> Result<()> {
    let ordinary = matching(identity, operator, RoleFilter::None).await?;
    for (name, description, step) in GROUPS {
        let members: Vec<AccountId> = match *step {
            usize::MAX => Vec::new(),
            step => ordinary.iter().step_by(step).copied().collect(),
        };
        fill(identity, operator, (name, description), false, &members).await?;
    }
    let administrators = matching(identity, operator, RoleFilter::Any).await?;
    fill(identity, operator, PROTECTED, true, &administrators).await
}

async fn matching(identity: &Identity, operator: &Caller, role: RoleFilter) -> Result<Vec<AccountId>> {
    let filter = Filter { role: Some(role), ..Filter::default() };
    Ok(identity.read(operator, async |op| accounts::matching_ids(op, &filter, None, u32::MAX).await).await?)
}

/// Makes a group with these members; one of the name that is there already stays as it is.
async fn fill(
    identity: &Identity,
    operator: &Caller,
    (name, description): (&str, &str),
    is_protected: bool,
    members: &[AccountId],
) -> Result<()> {
    let profile = GroupProfile { name: name.into(), description: description.into(), is_protected };
    let group = match identity.write(operator, async |op| groups::create(op, profile).await).await {
        Ok(group) => group,
        Err(Error::Invalid(_)) => return Ok(()),
        Err(error) => return Err(error).context("groups can't be invented"),
    };
    for some in members.chunks(AT_ONCE) {
        identity.write(operator, async |op| memberships::add_members(op, group.id, some).await).await?;
    }
    Ok(())
}
