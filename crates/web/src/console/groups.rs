//! Groups: the list, one group with its members, and what can be done to them.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use base::GroupId;
use identity::access::Permission;
use identity::groups::Group;

use crate::caller::Member;
use crate::failure::Failure;
use crate::site::Site;

pub(crate) mod add;
pub(crate) mod delete;
pub(crate) mod edit;
pub(crate) mod list;
pub(crate) mod members;
pub(crate) mod remove;

/// Where groups are.
pub(crate) const PATH: &str = "/console/groups";

/// The address of a group.
pub(crate) fn href(id: GroupId) -> String {
    format!("{PATH}/{id}")
}

/// The group that `{group}` in the address of a route names; what is no identifier names nothing.
pub(crate) struct GroupInPath(pub(crate) GroupId);

impl<S: Send + Sync> FromRequestParts<S> for GroupInPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Failure::NotFound)?;
        text.parse().map(GroupInPath).map_err(|_| Failure::NotFound)
    }
}

/// What stands above every page of a group.
pub(crate) struct Head {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) members: u64,
    pub(crate) is_protected: bool,
    /// Whether this person may change the group and who is in it.
    pub(crate) is_open: bool,
    pub(crate) is_on_settings: bool,
}

impl Head {
    fn new(site: &Site, member: &Member, group: &Group, is_on_settings: bool) -> Self {
        Head {
            href: href(group.id),
            name: group.name.clone(),
            description: group.description.clone(),
            members: group.members,
            is_protected: group.is_protected,
            is_open: member.may(site, Permission::ManageGroups, group.target()),
            is_on_settings,
        }
    }
}
