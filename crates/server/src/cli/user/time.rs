//! Times as people type them.

use std::time::Duration;

use base::Timestamp;

use crate::config::Misuse;

/// The instant that `text` means at `now`: a span as `30m`, `12h` or `7d`, a day and time in UTC as `2026-12-31 18:00`,
/// or RFC 3339.
///
/// Errors: [`Misuse`] for anything else.
pub(super) fn read(text: &str, now: Timestamp) -> Result<Timestamp, Misuse> {
    let text = text.trim();
    span(text).map(|span| now.plus(span)).or_else(|| moment(text)).ok_or_else(|| {
        Misuse(format!("{text:?} is no time; enter a span as 30m, 12h or 7d, or a time in UTC as 2026-12-31T18:00"))
    })
}

fn span(text: &str) -> Option<Duration> {
    let number: u64 = text.get(..text.len().checked_sub(1)?)?.parse().ok()?;
    let minutes = match text.chars().next_back()? {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(number.checked_mul(minutes)?.checked_mul(60)?))
}

fn moment(text: &str) -> Option<Timestamp> {
    let text = text.replacen(' ', "T", 1);
    let guesses = [text.clone(), format!("{text}Z"), format!("{text}:00Z"), format!("{text}T00:00:00Z")];
    guesses.iter().find_map(|guess| Timestamp::parse(guess))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_times_are_read_and_nothing_else() {
        let now = Timestamp::parse("2026-11-22T10:00:00Z").expect("a date");
        for (text, meant) in [
            ("30m", "2026-11-22T10:30:00Z"),
            ("12h", "2026-11-22T22:00:00Z"),
            ("7d", "2026-11-29T10:00:00Z"),
            ("2026-12-31 18:00", "2026-12-31T18:00:00Z"),
            ("2026-12-31T18:00", "2026-12-31T18:00:00Z"),
            ("2026-12-31", "2026-12-31T00:00:00Z"),
            ("2026-12-31T18:00:00+01:00", "2026-12-31T17:00:00Z"),
        ] {
            assert_eq!(read(text, now).ok(), Timestamp::parse(meant), "{text}");
        }
        for text in ["", "m", "tomorrow", "5", "5w", "2026-02-30 10:00", "é", "99999999999999999999d"] {
            assert!(read(text, now).is_err(), "{text}");
        }
    }
}
