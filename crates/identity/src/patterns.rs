//! Patterns that administrators write, which whole values must match.

use regex::{Regex, RegexBuilder};

/// A compiled pattern takes no more memory than this.
const PATTERN_SIZE_BYTES: usize = 1 << 20;

/// Compiles a pattern that a whole value must match; `None` for an empty one. It takes time in proportion to the value,
/// whatever the pattern: the engine never goes back.
///
/// Errors: why it is no pattern, for people.
pub(crate) fn compile(pattern: &str) -> Result<Option<Regex>, String> {
    if pattern.is_empty() {
        return Ok(None);
    }
    // By itself first: what is put around it must not make sense of what makes none.
    build(pattern)?;
    build(&format!(r"\A(?:{pattern})\z")).map(Some)
}

fn build(pattern: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(pattern).size_limit(PATTERN_SIZE_BYTES).nest_limit(50).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "The pattern is too large. Use smaller numbers of repetitions.".to_owned(),
        regex::Error::Syntax(why) => {
            let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("This is no regular expression: {why}.")
        }
        other => format!("This is no regular expression: {other}."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        compile(pattern).unwrap().unwrap().is_match(text)
    }

    #[test]
    fn es_201_a_pattern_is_held_against_the_whole_value() {
        assert!(matches("[0-9]{4}", "1234"));
        assert!(!matches("[0-9]{4}", "12345"));
        assert!(matches("a|ab", "ab"), "any way to match the whole counts");
        assert!(!matches("a|b", "ac"));
        assert!(!matches("a", "a\n"));
    }

    #[test]
    fn es_201_what_is_no_pattern_is_refused_with_a_reason() {
        for bad in ["[", "a)|(b", "(", "*", "(?P<n>a)(?P<n>b)", r"(\w)\1", "(?=a)"] {
            let why = compile(bad).unwrap_err();
            assert!(why.starts_with("This is no regular expression: "), "{bad}: {why}");
        }
        assert!(compile("((a{100}){100}){100}").unwrap_err().contains("too large"));
        assert!(compile("").unwrap().is_none());
    }

    #[test]
    fn es_201_a_pattern_that_looks_as_if_it_went_back_for_ever_does_not() {
        let text = format!("{}!", "a".repeat(4_000));
        for pattern in ["(a+)+", "(a|aa)+", "(.*a){20}", "([a-z]+)*b"] {
            assert!(!matches(pattern, &text));
        }
    }
}
