//! Light, dark, or as the system says; kept in a cookie so that the server can write it into the page.

use std::fmt;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::cookies::{self, Keep};
use crate::csrf::PostedForm;
use crate::fields::local_path;
use crate::site::Site;

const COOKIE: &str = "reeve-theme";
const A_YEAR_S: u32 = 365 * 24 * 60 * 60;

/// Which colors the pages have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Theme {
    /// The theme that this browser chose.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        cookies::read(headers, COOKIE).map_or(Theme::Auto, Theme::named)
    }

    /// Whether the person chose dark; when the system did we can't know.
    pub(crate) fn is_dark(self) -> bool {
        self == Theme::Dark
    }

    fn named(name: &str) -> Self {
        match name {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::Auto,
        }
    }
}

impl fmt::Display for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        })
    }
}

/// `POST /prefs/theme`: remembers the theme in this browser, and goes back to the page it was chosen on.
pub(crate) async fn choose(State(site): State<Site>, form: PostedForm) -> Response {
    let theme = Theme::named(form.fields.text("theme"));
    let back = local_path(form.fields.text("return")).unwrap_or("/").to_owned();
    let keep = if theme == Theme::Auto { Keep::Forget } else { Keep::Seconds(A_YEAR_S) };
    let cookie = cookies::write(COOKIE, &theme.to_string(), keep, site.is_tls());
    ([(header::SET_COOKIE, cookie)], Redirect::to(&back)).into_response()
}
