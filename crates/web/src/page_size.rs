//! How many users a page of the list has in this browser, until it is closed or the person signs out.

use axum::http::{HeaderMap, HeaderValue};

use crate::cookies::{self, Keep};

const COOKIE: &str = "reeve-page-size";

/// What may be chosen.
pub(crate) const RANGE: std::ops::RangeInclusive<u32> = 1..=500;

/// What a form says of the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Nothing.
    None,
    /// A number that may be chosen.
    Size(u32),
    /// Something else.
    Unfit,
}

impl Wish {
    /// Reads the size that was typed.
    pub(crate) fn read(text: &str) -> Self {
        if text.is_empty() {
            return Wish::None;
        }
        text.parse().ok().filter(|size| RANGE.contains(size)).map_or(Wish::Unfit, Wish::Size)
    }
}

/// The size that this browser chose.
pub(crate) fn of(headers: &HeaderMap) -> Option<u32> {
    match Wish::read(cookies::read(headers, COOKIE)?) {
        Wish::Size(size) => Some(size),
        Wish::None | Wish::Unfit => None,
    }
}

/// The cookie that keeps `size` until the browser is closed.
pub(crate) fn keep(size: u32, is_tls: bool) -> HeaderValue {
    cookies::write(COOKIE, &size.to_string(), Keep::Session, is_tls)
}

/// The cookie that forgets the size.
pub(crate) fn forget(is_tls: bool) -> HeaderValue {
    cookies::write(COOKIE, "", Keep::Forget, is_tls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_9_only_1_to_500_may_be_chosen() {
        for unfit in ["0", "-1", "abc", "501", "1.5", "99999999999"] {
            assert_eq!(Wish::read(unfit), Wish::Unfit, "{unfit}");
        }
        assert_eq!(Wish::read("500"), Wish::Size(500));
        assert_eq!(Wish::read(""), Wish::None);
    }
}
