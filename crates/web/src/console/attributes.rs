//! User attributes: the list, one attribute with its rules, and what can be done to them.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use base::AttributeId;
use identity::attributes::{self, Attribute};

use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::site::Site;

pub(crate) mod delete;
pub(crate) mod edit;
mod form;
pub(crate) mod list;
pub(crate) mod new;

/// Where attributes are.
pub(crate) const PATH: &str = "/console/attributes";

/// The address of an attribute.
fn href(id: AttributeId) -> String {
    format!("{PATH}/{id}")
}

/// The attribute that `{field}` in the address of a route names; what is no identifier names nothing.
pub(crate) struct AttributeInPath(AttributeId);

impl<S: Send + Sync> FromRequestParts<S> for AttributeInPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Failure::NotFound)?;
        text.parse().map(AttributeInPath).map_err(|_| Failure::NotFound)
    }
}

/// The attribute, for somebody who may change it; others are refused before they fill in a form.
async fn find_open(site: &Site, member: &Member, id: AttributeId) -> Result<Attribute, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let _ = op.allow(identity::access::Permission::ManageSettings, identity::access::Target::Organization)?;
        attributes::find(op, id).await
    });
    read.await.or_failure(&member.caller)
}
