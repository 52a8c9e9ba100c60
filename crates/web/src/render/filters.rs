//! What templates can do to a value, as `{{ "lock"|icon }}`.
#![expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "the shape that `filter_fn` asks for and writes"
)]

use askama::filters::Safe;
use askama::{Result, Values};
use base::Timestamp;
use jiff::tz::TimeZone;

use super::words;
use crate::assets;

/// A picture from the sprite, as `{{ "lock"|icon }}`; it is decoration, so the words beside it must do without.
#[askama::filter_fn]
pub(crate) fn icon(name: &str, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(picture("i", name)))
}

/// A picture that is mirrored where people read from right to left.
#[askama::filter_fn]
pub(crate) fn icon_dir(name: &str, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(picture("i i--dir", name)))
}

/// The address of an asset, as `{{ "reeve.css"|asset }}`.
#[askama::filter_fn]
pub(crate) fn asset(name: &str, _: &dyn Values) -> Result<&'static str> {
    Ok(assets::address(name))
}

/// A day and time with its zone: `20 Nov 2026, 10:42 UTC`.
#[askama::filter_fn]
pub(crate) fn moment(instant: &Timestamp, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(time_element(*instant, "%-d %b %Y, %H:%M UTC")))
}

/// A day and time of the last weeks, where the zone is said nearby: `20 Nov, 10:42`.
#[askama::filter_fn]
pub(crate) fn recent(instant: &Timestamp, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(time_element(*instant, "%-d %b, %H:%M")))
}

/// Today, without its year: `20 November`.
#[askama::filter_fn]
pub(crate) fn day_of_this_year(instant: &Timestamp, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(time_element(*instant, "%-d %B")))
}

/// A day as a heading: `Friday, 20 November 2026`.
#[askama::filter_fn]
pub(crate) fn weekday(instant: &Timestamp, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(time_element(*instant, "%A, %-d %B %Y")))
}

/// A day: `20 Nov 2026`.
#[askama::filter_fn]
pub(crate) fn day(instant: &Timestamp, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(time_element(*instant, "%-d %b %Y")))
}

/// The time of a day that is said nearby: `10:42`.
#[askama::filter_fn]
pub(crate) fn clock(instant: &Timestamp, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(time_element(*instant, "%H:%M")))
}

/// A number with separators: `12,486`.
#[askama::filter_fn]
pub(crate) fn count(number: &u64, _: &dyn Values) -> Result<String> {
    Ok(words::grouped(*number))
}

fn picture(class: &str, name: &str) -> String {
    let sprite = assets::address("icons.svg");
    format!(r#"<svg class="{class}" aria-hidden="true"><use href="{sprite}#{name}"/></svg>"#)
}

fn time_element(instant: Timestamp, format: &str) -> String {
    match jiff::Timestamp::from_millisecond(instant.as_millis()) {
        Ok(known) => {
            let text = known.to_zoned(TimeZone::UTC).strftime(format).to_string();
            format!(r#"<time datetime="{instant}">{text}</time>"#)
        }
        // Beyond the calendar, as an expiry that never comes.
        Err(_) => "never".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_shown_in_utc_and_says_so() {
        let instant = Timestamp::parse("2026-11-20T10:42:07Z").expect("a date");
        assert_eq!(
            time_element(instant, "%-d %b %Y, %H:%M UTC"),
            r#"<time datetime="2026-11-20T10:42:07.000Z">20 Nov 2026, 10:42 UTC</time>"#
        );
    }
}
