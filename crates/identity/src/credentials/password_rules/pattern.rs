//! Passwords that follow a pattern: a short unit again and again, or a run along the keyboard.

use base::text::length;

/// Repeating up to this many characters is no better than typing them once.
pub(super) const SHORT_UNIT: usize = 4;

/// The shortest text that gives `text` when repeated: `abc` for `abcabc`, and `text` itself if there is none.
pub(super) fn repeated_unit(text: &str) -> &str {
    (1..=text.len() / 2)
        .filter(|end| text.len().is_multiple_of(*end) && text.is_char_boundary(*end))
        .find(|end| text.as_bytes()[*end..] == text.as_bytes()[..text.len() - end])
        .map_or(text, |end| &text[..end])
}

/// Whether the characters follow each other along the alphabet, the digits or the keyboard, forwards or backwards.
pub(super) fn is_run(text: &str) -> bool {
    const TRACKS: [&str; 4] = [
        "1234567890",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p",
    ];
    if length(text) < 3 {
        return false;
    }
    TRACKS.iter().any(|track| {
        let places: Option<Vec<usize>> = text.chars().map(|char| track.find(char)).collect();
        places.is_some_and(|places| {
            let follows = |from: usize, to: usize| (from + 1) % track.len() == to;
            places.windows(2).all(|pair| follows(pair[0], pair[1]))
                || places.windows(2).all(|pair| follows(pair[1], pair[0]))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_the_shortest_that_gives_the_text() {
        assert_eq!(repeated_unit("abcabc"), "abc");
        assert_eq!(repeated_unit("aaaa"), "a");
        assert_eq!(repeated_unit("ñañaña"), "ña");
        assert_eq!(repeated_unit("abcab"), "abcab");
        assert_eq!(repeated_unit(""), "");
    }

    #[test]
    fn runs_go_both_ways_and_around() {
        for run in ["345", "fedcba", "8901", "lkjhg", "1qaz2wsx"] {
            assert!(is_run(run), "{run}");
        }
        for text in ["", "ab", "abd", "135", "汉字汉"] {
            assert!(!is_run(text), "{text}");
        }
    }
}
