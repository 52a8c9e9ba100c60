//! Cookies: reading those that came, writing those that go (RFC 6265).

use std::fmt::Write;

use axum::http::{HeaderMap, HeaderValue, header};

/// How long a browser keeps a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Until the browser is closed.
    Session,
    /// This many seconds.
    Seconds(u32),
    /// No longer: it is to be forgotten.
    Forget,
}

/// The value of the first cookie called `name`.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// A `Set-Cookie` header for the whole site, out of the reach of scripts and of other sites' forms.
///
/// `value` is ours: letters, digits and `-_.:`; anything else would be dropped by the browser.
pub(crate) fn write(name: &str, value: &str, keep: Keep, is_tls: bool) -> HeaderValue {
    let mut cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax");
    if is_tls {
        cookie.push_str("; Secure");
    }
    let age = match keep {
        Keep::Session => None,
        Keep::Seconds(seconds) => Some(seconds),
        Keep::Forget => Some(0),
    };
    if let Some(seconds) = age {
        // Writing to a String can't fail.
        let _ = write!(cookie, "; Max-Age={seconds}");
    }
    HeaderValue::from_str(&cookie).unwrap_or_else(|_| HeaderValue::from_static("invalid=; Max-Age=0"))
}

/// `name` with the prefix that makes a browser refuse it from anyone but this very host, where there is TLS
/// (RFC 6265bis §4.1.3.2).
pub(crate) fn host_name(name: &str, is_tls: bool) -> String {
    if is_tls { format!("__Host-{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_cookie_is_read_among_several() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; reeve-theme=dark"));
        headers.append(header::COOKIE, HeaderValue::from_static("xreeve-theme=light; b=x=y"));
        assert_eq!(read(&headers, "reeve-theme"), Some("dark"));
        assert_eq!(read(&headers, "b"), Some("x=y"));
        assert_eq!(read(&headers, "c"), None);
    }

    #[test]
    fn a_written_cookie_carries_its_guards() {
        let cookie = write("__Host-s", "v", Keep::Session, true);
        assert_eq!(cookie, "__Host-s=v; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(write("s", "", Keep::Forget, false), "s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }
}
