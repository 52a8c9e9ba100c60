//! Groups to tick: found by a part of their names.

use base::{AccountId, GroupId};
use identity::access::Permission;
use identity::groups::{self, Group, GroupQuery};

use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::with_query;
use crate::site::Site;

/// More groups than these are not shown; a longer text finds fewer.
const SHOWN: u32 = 100;

/// Groups to choose from, with the field that finds more.
pub(super) struct GroupChoice {
    pub(super) q: String,
    /// Where the same form is asked again, about the groups that the text finds.
    pub(super) look_href: String,
    pub(super) boxes: Vec<GroupBox>,
    /// How many groups match beyond those that are shown.
    pub(super) more: u64,
    /// What else narrows them, as the end of a sentence.
    pub(super) besides: String,
}

/// A group that can be ticked.
pub(super) struct GroupBox {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) members: u64,
    pub(super) is_protected: bool,
    pub(super) is_ticked: bool,
    /// Whether this person may change who is in it.
    pub(super) is_open: bool,
}

impl GroupChoice {
    /// The groups that `q` finds, without those that an account is in, for the form that goes to `action`. What was
    /// ticked stays in sight when something else is looked for.
    pub(super) async fn find(
        site: &Site,
        member: &Member,
        action: &str,
        without: Option<AccountId>,
        q: &str,
        ticked: &[GroupId],
    ) -> Result<Self, Failure> {
        let query = GroupQuery { quick: q.to_owned(), without, size: SHOWN, number: 1, ..GroupQuery::default() };
        let read = site.identity().read(&member.caller, async |op| {
            Ok((groups::find_many(op, ticked).await?, groups::list(op, &query).await?))
        });
        let (mut shown, found) = read.await.or_failure(&member.caller)?;
        let more = found.total.saturating_sub(found.groups.len() as u64);
        shown.extend(found.groups.into_iter().filter(|group| !ticked.contains(&group.id)));
        Ok(GroupChoice {
            q: q.to_owned(),
            look_href: with_query(action, [("look", "1")]),
            boxes: shown.iter().map(|group| GroupBox::new(site, member, group, ticked)).collect(),
            more,
            besides: String::new(),
        })
    }
}

impl GroupBox {
    fn new(site: &Site, member: &Member, group: &Group, ticked: &[GroupId]) -> Self {
        GroupBox {
            id: group.id.to_string(),
            name: group.name.clone(),
            members: group.members,
            is_protected: group.is_protected,
            is_ticked: ticked.contains(&group.id),
            is_open: member.may(site, Permission::ManageGroups, group.target()),
        }
    }
}
