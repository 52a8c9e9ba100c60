//! Whom a form about several users is about.

use std::collections::HashSet;

use base::AccountId;
use identity::access::{Permission, Target};
use identity::accounts::{self, Account};

use super::address::{ListAddress, PATH};
use crate::caller::Member;
use crate::console::registrations;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::{Fields, local_path};
use crate::render::words::grouped;
use crate::site::Site;

/// More users than these take longer than a browser waits.
pub(crate) const MOST_AT_ONCE: u32 = 100_000;
/// More names than these are not looked up: nobody reads them.
const NAMED: usize = 1_000;

/// Whom a form is about.
pub(crate) struct Selection {
    /// The accounts.
    pub(crate) ids: Vec<AccountId>,
    /// How many matched when the person chose all that match.
    pub(crate) all_seen: Option<u64>,
    /// The list that they were chosen in, to go back to.
    pub(crate) return_to: String,
}

/// What a form says of whom it is about; nobody was looked up.
pub(crate) struct Ticked {
    /// The accounts that were ticked.
    pub(crate) ids: Vec<AccountId>,
    /// How many matched when the person chose all that match.
    pub(crate) all_seen: Option<u64>,
    /// The list that they were chosen in, to go back to.
    pub(crate) return_to: String,
}

impl Ticked {
    /// Reads what a form says.
    pub(crate) fn read(fields: &Fields) -> Self {
        let return_to = local_path(fields.text("return")).unwrap_or(PATH).to_owned();
        let ids = ticked(fields);
        // Somebody who took a tick away after choosing all that match wants those that are still ticked.
        let shown = fields.text("shown").parse::<usize>().unwrap_or(0);
        let all_seen = (fields.text("scope") == "all" && ids.len() >= shown)
            .then(|| fields.text("matching").parse::<u64>().unwrap_or(0));
        Ticked { ids, all_seen, return_to }
    }

    /// The list that they were chosen in.
    pub(super) fn list(&self) -> ListAddress {
        let of_users = ListAddress::parse(&self.return_to);
        of_users.or_else(|| registrations::parse(&self.return_to)).unwrap_or_default()
    }
}

impl Selection {
    /// Reads whom a form is about, for somebody with the right to do it. All that match are found anew: the list may
    /// have changed since it was shown.
    pub(super) async fn read(
        site: &Site,
        member: &Member,
        permission: Permission,
        fields: &Fields,
    ) -> Result<Self, Failure> {
        let ticked = Ticked::read(fields);
        let list = ticked.list();
        Selection::of(site, member, permission, ticked, &list).await
    }

    /// As [`Selection::read`], of those that were ticked in this list.
    pub(crate) async fn of(
        site: &Site,
        member: &Member,
        permission: Permission,
        ticked: Ticked,
        list: &ListAddress,
    ) -> Result<Self, Failure> {
        let filter = list.filter();
        let Ticked { ids, all_seen, return_to } = ticked;
        let read = site.identity().read(&member.caller, async |op| {
            let _ = op.allow(permission, Target::Organization)?;
            match all_seen {
                None => Ok(ids),
                Some(_) => accounts::matching_ids(op, &filter, None, MOST_AT_ONCE + 1).await,
            }
        });
        let ids = read.await.or_failure(&member.caller)?;
        if ids.is_empty() {
            return Err(nobody_ticked());
        }
        if ids.len() > MOST_AT_ONCE as usize {
            let most = grouped(u64::from(MOST_AT_ONCE));
            return Err(Failure::Invalid(vec![format!("Choose at most {most} users at a time.")]));
        }
        Ok(Selection { ids, all_seen, return_to })
    }
}

impl Selection {
    /// How many matched when the person chose all that match, if that is another number by now.
    pub(crate) fn changed_from(&self) -> Option<u64> {
        self.all_seen.filter(|seen| *seen != self.ids.len() as u64)
    }
}

/// The accounts that were ticked, each once.
pub(crate) fn ticked(fields: &Fields) -> Vec<AccountId> {
    // Without script the heading's box ticks no row; the page names its rows for that case.
    let names: &[&str] = if fields.is_checked("page_all") { &["id", "on_page"] } else { &["id"] };
    let ticked = names.iter().flat_map(|name| fields.all(name));
    let mut ids: Vec<AccountId> = ticked.filter_map(|id| id.parse().ok()).collect();
    let mut named = HashSet::new();
    ids.retain(|id| named.insert(*id));
    ids
}

/// Those of the first thousand of `ids` that exist.
pub(crate) async fn existing(site: &Site, member: &Member, ids: &[AccountId]) -> Result<Vec<Account>, Failure> {
    let ids = &ids[..ids.len().min(NAMED)];
    let read = site.identity().read(&member.caller, async |op| accounts::find_many(op, ids).await);
    read.await.or_failure(&member.caller)
}

/// What is said to a form that is about nobody.
pub(super) fn nobody_ticked() -> Failure {
    Failure::Invalid(vec!["Choose at least one user.".into()])
}
