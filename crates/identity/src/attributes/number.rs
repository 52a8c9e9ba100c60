//! Decimal numbers as text: no digit is lost, however many there are.

use std::cmp::Ordering;

/// Most digits of a number.
const MAX_DIGITS: usize = 40;

/// The one way to write a number: no plus, no digit too many. `None` for what is no number.
pub(super) fn canonical(text: &str) -> Option<String> {
    let (is_negative, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(part) || whole.len() + part.len() > MAX_DIGITS {
        return None;
    }
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if is_negative && (whole != "0" || !part.is_empty()) { "-" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{part}"))
}

/// Which of two canonical numbers is greater.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    match (one.strip_prefix('-'), other.strip_prefix('-')) {
        (None, None) => compare_sizes(one, other),
        (Some(one), Some(other)) => compare_sizes(other, one),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
    }
}

fn compare_sizes(one: &str, other: &str) -> Ordering {
    let split = |text: &'_ str| -> (usize, String, String) {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        (whole.len(), whole.to_owned(), part.to_owned())
    };
    split(one).cmp(&split(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_one_way() {
        for (text, expected) in
            [("007", "7"), ("+1.50", "1.5"), ("-0", "0"), ("-0.0", "0"), ("−3", "-3"), ("0.05", "0.05"), ("10", "10")]
        {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
        for bad in ["", "-", ".", "1.", ".5", "1e3", "1,5", "0x1", "1 000", "--1", "NaN", "١"] {
            assert_eq!(canonical(bad), None, "{bad}");
        }
        assert_eq!(canonical(&"9".repeat(41)), None);
    }

    #[test]
    fn numbers_are_compared_by_size() {
        let sorted = ["-10", "-9.5", "-0.1", "0", "0.05", "0.5", "2", "10", "10.01", "123456789012345678901234567890"];
        for (index, one) in sorted.iter().enumerate() {
            for (other_index, other) in sorted.iter().enumerate() {
                assert_eq!(compare(one, other), index.cmp(&other_index), "{one} and {other}");
            }
        }
    }
}
