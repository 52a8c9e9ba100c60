//! Message templates: the list, and one template with its preview.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use identity::messages::{Language, Template};

use crate::failure::Failure;
use crate::fields::Query;

pub(crate) mod edit;
pub(crate) mod list;
pub(crate) mod preview;

/// Where templates are.
pub(crate) const PATH: &str = "/console/templates";

/// The address of a template in a language.
fn href(template: Template, language: Language) -> String {
    format!("{PATH}/{}{}", template.key(), query(language))
}

/// What names a language in an address; nothing for English.
fn query(language: Language) -> String {
    if language == Language::ENGLISH { String::new() } else { format!("?lang={}", language.tag()) }
}

/// The language that `lang` in an address names; English without one.
pub(crate) struct LanguageAsked(Language);

impl<S: Send + Sync> FromRequestParts<S> for LanguageAsked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Ok(Query(fields)) = Query::from_request_parts(parts, state).await;
        match fields.text("lang") {
            "" => Ok(LanguageAsked(Language::ENGLISH)),
            tag => Language::from_tag(tag).map(LanguageAsked).ok_or(Failure::NotFound),
        }
    }
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
