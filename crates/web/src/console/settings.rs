//! Settings and policies: forms made from the declarations, presets, and what any of them would change.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use identity::access::{Permission, Target};
use identity::settings::{self, Page, Settings};

use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::site::Site;

pub(crate) mod edit;
mod form;
pub(crate) mod overview;
pub(crate) mod plan;
pub(crate) mod sample;

/// Where the policies are.
pub(crate) const POLICIES: &str = "/console/policies";
/// Where the other settings are.
pub(crate) const SETTINGS: &str = "/console/settings";

/// The address of a page of settings.
fn href(page: Page) -> String {
    match page {
        Page::System => SETTINGS.to_owned(),
        Page::Messages => format!("{SETTINGS}/{}", page.code()),
        policy => format!("{POLICIES}/{}", policy.code()),
    }
}

/// The page of settings that the address of a route names, with or without `/reset` or `/try` behind it.
pub(crate) struct PageInPath(Page);

impl<S: Send + Sync> FromRequestParts<S> for PageInPath {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let path = parts.uri.path();
        let path = path.strip_suffix("/reset").or_else(|| path.strip_suffix("/try")).unwrap_or(path);
        Page::ALL.into_iter().find(|page| href(*page) == path).map(PageInPath).ok_or(Failure::NotFound)
    }
}

/// A link beside the pages that belong together.
struct Link {
    href: String,
    name: &'static str,
    is_here: bool,
}

/// The links to the pages that belong to `page`; to the presets too, where it is `None` or a policy.
fn links(here: Option<Page>) -> Vec<Link> {
    let is_policy = here.is_none_or(Page::is_policy);
    let link = |page: Page| Link { href: href(page), name: short_name(page), is_here: here == Some(page) };
    let pages = Page::ALL.into_iter().filter(|page| page.is_policy() == is_policy).map(link);
    let presets = Link { href: POLICIES.to_owned(), name: "Presets", is_here: here.is_none() };
    pages.chain(is_policy.then_some(presets)).collect()
}

fn short_name(page: Page) -> &'static str {
    match page {
        Page::System => "General",
        Page::Messages => "Messages",
        Page::Username => "Username",
        Page::Password => "Password",
        Page::Registration => "Registration",
        Page::Lockout => "Lockout",
        Page::Recovery => "Recovery",
        Page::Sessions => "Sessions & MFA",
    }
}

/// The settings, for somebody who may change them; others are refused.
async fn present(site: &Site, member: &Member) -> Result<Settings, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let _ = op.allow(Permission::ManageSettings, Target::Organization)?;
        settings::load(op).await
    });
    read.await.or_failure(&member.caller)
}
