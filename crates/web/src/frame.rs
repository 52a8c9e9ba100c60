//! What surrounds every page: the organization, the person, the theme, the last notice.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use identity::access::{Permission, Roles};
use identity::settings::Words;

use crate::caller::Guest;
use crate::console::menu::{MenuGroup, MenuItem, menu_for};
use crate::csrf::FormToken;
use crate::fields::local_path;
use crate::notice::{Notice, Toast};
use crate::render::wants_fragment;
use crate::theme::Theme;

/// What surrounds a page.
#[derive(Clone, Default)]
pub(crate) struct Frame {
    /// The name of the organization.
    pub(crate) organization: String,
    /// What the organization calls what people sign in with.
    pub(crate) words: Words,
    /// Which colors.
    pub(crate) theme: Theme,
    /// The token that every form of the page bears.
    pub(crate) form_token: String,
    /// Path and query of the page itself.
    pub(crate) here: String,
    /// The last page that a GET showed: this one, or the one whose form was answered by this one.
    pub(crate) come_back: String,
    /// Who is signed in.
    pub(crate) viewer: Option<Viewer>,
    /// What the last action achieved.
    pub(crate) toast: Option<Toast>,
    /// Whether a problem with what was entered is shown; the title says so too.
    pub(crate) has_error: bool,
}

/// The person at the screen, as the frame shows them.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    /// First and last name, or the username.
    pub(crate) name: String,
    /// What they sign in with.
    pub(crate) username: String,
    /// Their administrator roles in words; empty when they hold none.
    pub(crate) roles: String,
    /// The same as the core knows them.
    pub(crate) held: Roles,
    /// Whether users can be found by the search at the top.
    pub(crate) manages_users: bool,
    /// How many registrations wait for approval, for those who may decide about them.
    pub(crate) registrations: u64,
}

impl Viewer {
    /// What the menu at the side offers.
    pub(crate) fn menu(&self) -> Vec<MenuGroup> {
        menu_for(self.held)
    }

    /// How many wait behind an item of the menu.
    pub(crate) fn waiting(&self, item: &MenuItem) -> u64 {
        if item.permission == Permission::DecideRegistration { self.registrations } else { 0 }
    }

    /// Two letters for the round picture.
    pub(crate) fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// The first letters of the first and the last word of a name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next();
    let letters = [first, words.next_back()];
    letters.into_iter().flatten().filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

/// The name of the organization, put beside the request by the door's outermost layer.
#[derive(Clone, Default)]
pub(crate) struct OrganizationName(pub(crate) String);

impl Frame {
    /// The frame for the request that these parts belong to.
    pub(crate) fn of(headers: &HeaderMap, parts: &Parts) -> Self {
        let extensions = &parts.extensions;
        let here = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let is_page = parts.method == Method::GET && !wants_fragment(headers);
        let come_back = if is_page { here } else { referring_path(headers).unwrap_or("/") };
        Frame {
            organization: extensions.get::<OrganizationName>().cloned().unwrap_or_default().0,
            words: extensions.get::<Guest>().map(|guest| guest.words.clone()).unwrap_or_default(),
            theme: Theme::of(headers),
            form_token: extensions.get::<FormToken>().cloned().unwrap_or_default().text(),
            here: here.to_owned(),
            come_back: come_back.to_owned(),
            viewer: extensions.get::<Viewer>().cloned(),
            toast: Notice::of(headers).map(|notice| notice.toast()),
            has_error: false,
        }
    }

    /// Whether the page is `path` or below it.
    pub(crate) fn is_under(&self, path: &str) -> bool {
        self.here.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }

    /// The same frame around a page that shows a problem.
    #[must_use]
    pub(crate) fn with_error(mut self) -> Self {
        self.has_error = true;
        self
    }
}

/// The page of ours that a request was sent from.
fn referring_path(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (_, rest) = text(header::REFERER)?.split_once("://")?;
    let path = rest.strip_prefix(text(header::HOST)?)?;
    local_path(path)
}

impl<S: Send + Sync> FromRequestParts<S> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Frame::of(&parts.headers, parts))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_page_of_ours_is_one_to_come_back_to() {
        let from = |referer: &'static str| {
            let pairs = [(header::REFERER, referer), (header::HOST, "sso.example:8080")];
            let headers: HeaderMap =
                pairs.map(|(name, value)| (name, HeaderValue::from_static(value))).into_iter().collect();
            referring_path(&headers).map(str::to_owned)
        };
        assert_eq!(from("http://sso.example:8080/console/users?q=a"), Some("/console/users?q=a".to_owned()));
        assert_eq!(from("http://evil.example/console/users"), None);
        assert_eq!(from("http://sso.example:80801/x"), None);
        assert_eq!(from("http://sso.example:8080//evil.example"), None);
    }

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        assert_eq!(initials("Harriet Ashworth"), "HA");
        assert_eq!(initials("Joost van der Meer"), "JM");
        assert_eq!(initials("amy"), "A");
        assert_eq!(initials(""), "");
        assert_eq!(initials("éva ßuter"), "ÉSS");
    }
}
