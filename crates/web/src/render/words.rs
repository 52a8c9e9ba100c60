//! Words put together outside of a template: English alone, until they come from a translation.

use std::time::Duration;

/// A number with separators, for words that are put together outside of a template.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 user`, `2 users`: English alone, until the words come from a translation.
pub(crate) fn users(number: u64) -> String {
    if number == 1 { "1 user".to_owned() } else { format!("{} users", grouped(number)) }
}

/// `1 registration`, `2 registrations`.
pub(crate) fn registrations(number: u64) -> String {
    if number == 1 { "1 registration".to_owned() } else { format!("{} registrations", grouped(number)) }
}

/// `1 group`, `2 groups`.
pub(crate) fn groups(number: u64) -> String {
    if number == 1 { "1 group".to_owned() } else { format!("{} groups", grouped(number)) }
}

/// `1 message`, `2 messages`.
pub(crate) fn messages(number: u64) -> String {
    if number == 1 { "1 message".to_owned() } else { format!("{} messages", grouped(number)) }
}

/// `1 member`, `2 members`.
pub(crate) fn members(number: u64) -> String {
    if number == 1 { "1 member".to_owned() } else { format!("{} members", grouped(number)) }
}

/// `1 session`, `2 sessions`.
pub(crate) fn sessions(number: u64) -> String {
    if number == 1 { "1 session".to_owned() } else { format!("{} sessions", grouped(number)) }
}

/// `A`, `A and B`, `A, B and C`; of many the first few.
pub(crate) fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let more = names.len().saturating_sub(SHOWN);
    let mut parts: Vec<String> = names.iter().take(SHOWN).map(|name| (*name).to_owned()).collect();
    parts.extend((more > 0).then(|| format!("{} more", grouped(more as u64))));
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) }
}

/// `1 email`, `2 emails`.
pub(crate) fn emails(number: u64) -> String {
    if number == 1 { "1 email".to_owned() } else { format!("{} emails", grouped(number)) }
}

/// `1 row`, `2 rows`.
pub(crate) fn rows(number: u64) -> String {
    if number == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(number)) }
}

/// Seconds in words: `45 seconds`, `5 minutes`.
pub(crate) fn duration(seconds: u64) -> String {
    match seconds {
        0 | 1 => "1 second".to_owned(),
        2..=119 => format!("{seconds} seconds"),
        3600 => "1 hour".to_owned(),
        _ if seconds.is_multiple_of(3600) => format!("{} hours", seconds / 3600),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// How long something will take, as well as one can know: `A few seconds`, `About 40 seconds`, `About 3 minutes`.
pub(crate) fn about(time: Duration) -> String {
    match time.as_secs() {
        0..5 => "A few seconds".to_owned(),
        seconds @ 5..56 => format!("About {} seconds", seconds.next_multiple_of(5)),
        56..90 => "About 1 minute".to_owned(),
        seconds @ 90..5400 => format!("About {} minutes", (seconds + 30) / 60),
        seconds => format!("About {} hours", (seconds + 1800) / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_as_in_a_sentence_and_not_all_of_very_many() {
        assert_eq!(listed(&[]), "");
        assert_eq!(listed(&["A"]), "A");
        assert_eq!(listed(&["A", "B"]), "A and B");
        assert_eq!(listed(&["A", "B", "C"]), "A, B and C");
        assert_eq!(listed(&["A", "B", "C", "D", "E"]), "A, B, C and 2 more");
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(12_486), "12,486");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }

    #[test]
    fn what_will_take_long_is_told_roughly() {
        let words = |seconds| about(Duration::from_secs(seconds));
        assert_eq!(words(0), "A few seconds");
        assert_eq!(words(37), "About 40 seconds");
        assert_eq!(words(55), "About 55 seconds");
        assert_eq!(words(60), "About 1 minute");
        assert_eq!(words(140), "About 2 minutes");
        assert_eq!(words(5400), "About 2 hours");
    }
}
