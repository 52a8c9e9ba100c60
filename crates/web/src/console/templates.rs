//! Message templates: the list, and one template with its preview.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use identity::messages::Template;

use crate::failure::Failure;

pub(crate) mod edit;
pub(crate) mod list;
pub(crate) mod preview;

/// Where templates are.
pub(crate) const PATH: &str = "/console/templates";

/// The address of a template.
fn href(template: Template) -> String {
    format!("{PATH}/{}", template.key())
}

/// The template that `{template}` in the address of a route names; another word names nothing.
pub(crate) struct TemplateInPath(Template);

impl<S: Send + Sync> FromRequestParts<S> for TemplateInPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(key) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Failure::NotFound)?;
        Template::from_key(&key).map(TemplateInPath).ok_or(Failure::NotFound)
    }
}
