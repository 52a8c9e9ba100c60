//! Groups, as the search of their list finds them.

use identity::access::{Permission, Target};
use identity::groups::{self, Group, GroupQuery};

use super::{Found, Hit, More};
use crate::caller::Member;
use crate::console::groups::{PATH, href};
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::with_query;
use crate::render::words::{groups as groups_words, members};
use crate::site::Site;

/// As many as are seen at a glance.
const SHOWN: u32 = 5;

/// The first groups that have each word of `q` in the name; nothing for whoever may not see groups.
pub(super) async fn find(site: &Site, member: &Member, q: &str) -> Result<Option<Found>, Failure> {
    if !member.may(site, Permission::ManageGroups, Target::Organization) {
        return Ok(None);
    }
    let query = GroupQuery { quick: q.to_owned(), size: SHOWN, number: 1, ..GroupQuery::default() };
    let read = site.identity().read(&member.caller, async |op| groups::list(op, &query).await);
    let page = read.await.or_failure(&member.caller)?;
    if page.groups.is_empty() {
        return Ok(None);
    }
    let more = (page.total > u64::from(SHOWN)).then(|| More {
        words: format!("All {} that match", groups_words(page.total)),
        href: with_query(PATH, [("q", q)]),
    });
    Ok(Some(Found { heading: "Groups", hits: page.groups.iter().map(hit).collect(), more }))
}

fn hit(group: &Group) -> Hit {
    let size = members(group.members);
    let detail = if group.description.is_empty() { size } else { format!("{} · {size}", group.description) };
    Hit { icon: "shapes", name: group.name.clone(), detail, href: href(group.id) }
}
