//! Users, as the quick search of their list finds them.

use identity::access::{Permission, Target};
use identity::accounts::{self, Account, Total};

use super::{Found, Hit, More};
use crate::caller::Member;
use crate::console::accounts::address::ListAddress;
use crate::console::accounts::href;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::render::words::{grouped, users};
use crate::site::Site;

/// As many as are seen at a glance.
const SHOWN: u32 = 5;

/// The first users that have each word of `q` in a name, the username or the address; nobody for whoever may not see
/// users.
pub(super) async fn find(site: &Site, member: &Member, q: &str) -> Result<Option<Found>, Failure> {
    if !member.may(site, Permission::ViewAccounts, Target::Organization) {
        return Ok(None);
    }
    let list = ListAddress { q: q.to_owned(), ..ListAddress::default() };
    let identity = site.identity();
    let read =
        identity.read(&member.caller, async |op| accounts::list(op, identity.anchors(), &list.query(SHOWN)).await);
    let page = read.await.or_failure(&member.caller)?;
    if page.accounts.is_empty() {
        return Ok(None);
    }
    let more = match page.total {
        Total::Exact(total) if total <= u64::from(SHOWN) => None,
        Total::Exact(total) => Some(format!("All {} that match", users(total))),
        Total::MoreThan(floor) => Some(format!("More than {} users that match", grouped(floor))),
    };
    Ok(Some(Found {
        heading: "Users",
        hits: page.accounts.iter().map(hit).collect(),
        more: more.map(|words| More { words, href: list.href() }),
    }))
}

fn hit(account: &Account) -> Hit {
    let names = [Some(account.username.as_str()), account.email.as_deref()];
    Hit {
        icon: "circle-user-round",
        name: account.display_name(),
        detail: names.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        href: href(account),
    }
}
