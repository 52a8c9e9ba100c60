//! Takes a Rust file apart into code and string literals; comments go.

use std::iter::Peekable;
use std::str::CharIndices;

use regex_lite::Regex;

use super::project::line_of;

/// A Rust file, without the tests at its foot.
pub(super) struct Rust {
    /// The code, as long as the file: what stands in comments, strings and characters is blank.
    pub(super) code: String,
    pub(super) strings: Vec<Literal>,
}

/// A string literal.
#[derive(Clone)]
pub(super) struct Literal {
    /// Where it begins, counted from 1.
    pub(super) line: usize,
    pub(super) text: String,
}

/// Reads the part of a file that is shipped.
pub(super) fn shipped(text: &str) -> Rust {
    let mut rust = whole(text);
    let tests = Regex::new(r"#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*mod\s").expect("it is well formed");
    if let Some(foot) = tests.find(&rust.code).map(|found| found.start()) {
        let line = line_of(text, foot);
        rust.code.truncate(foot);
        rust.strings.retain(|literal| literal.line < line);
    }
    rust
}

/// Reads a whole file.
pub(super) fn whole(text: &str) -> Rust {
    let mut reader = Reader {
        text,
        rest: text.char_indices().peekable(),
        code: String::with_capacity(text.len()),
        strings: Vec::new(),
    };
    while reader.next_piece().is_some() {}
    Rust { code: reader.code, strings: reader.strings }
}

struct Reader<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    code: String,
    strings: Vec<Literal>,
}

impl Reader<'_> {
    fn next_piece(&mut self) -> Option<()> {
        let (start, first) = *self.rest.peek()?;
        let ahead = &self.text[start..];
        if ahead.starts_with("//") {
            let length = ahead.find('\n').unwrap_or(ahead.len());
            self.blank_until(start + length);
        } else if ahead.starts_with("/*") {
            self.blank_until(start + block_comment_length(ahead));
        } else if let Some(hashes) = self.raw_string_hashes(ahead) {
            let opening = ahead.find('"')? + 1;
            let closing = format!("\"{}", "#".repeat(hashes));
            let length = ahead[opening..].find(&closing).unwrap_or(ahead.len() - opening);
            self.keep(start, &ahead[opening..opening + length]);
            self.blank_until((start + opening + length + closing.len()).min(self.text.len()));
        } else if first == '"' {
            let (content, length) = string(ahead);
            self.keep(start, &content);
            self.blank_until(start + length);
        } else if let Some(length) = character_length(ahead) {
            self.blank_until(start + length);
        } else {
            self.code.push(first);
            self.rest.next();
        }
        Some(())
    }

    fn keep(&mut self, start: usize, content: &str) {
        self.strings.push(Literal { line: line_of(self.text, start), text: content.to_owned() });
    }

    /// One blank for each byte, so that positions in the code are positions in the text.
    fn blank_until(&mut self, end: usize) {
        while let Some((_, character)) = self.rest.next_if(|(position, _)| *position < end) {
            match character {
                '\n' => self.code.push('\n'),
                _ => self.code.extend(std::iter::repeat_n(' ', character.len_utf8())),
            }
        }
    }

    /// How many `#` a raw string that begins here has.
    fn raw_string_hashes(&self, ahead: &str) -> Option<usize> {
        let inside_a_word = self.code.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        let after =
            ["r", "br", "cr"].into_iter().find_map(|prefix| ahead.strip_prefix(prefix)).filter(|_| !inside_a_word)?;
        let hashes = after.len() - after.trim_start_matches('#').len();
        after[hashes..].starts_with('"').then_some(hashes)
    }
}

/// Comments nest.
fn block_comment_length(ahead: &str) -> usize {
    let mut depth = 0;
    let mut position = 0;
    while position < ahead.len() {
        let rest = &ahead.as_bytes()[position..];
        if rest.starts_with(b"/*") {
            depth += 1;
            position += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            position += 2;
            if depth == 0 {
                return position;
            }
        } else {
            position += 1;
        }
    }
    ahead.len()
}

/// The content of a string and how long it is with its quotes. Escapes other than quotes become a space, which is
/// all that SQL needs.
fn string(ahead: &str) -> (String, usize) {
    let mut content = String::new();
    let mut characters = ahead.char_indices().skip(1);
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => return (content, position + 1),
            '\\' => match characters.next() {
                Some((_, quote @ ('"' | '\''))) => content.push(quote),
                _ => content.push(' '),
            },
            _ => content.push(character),
        }
    }
    (content, ahead.len())
}

/// A character literal begins here, and not a lifetime.
fn character_length(ahead: &str) -> Option<usize> {
    let content = ahead.strip_prefix('\'')?;
    let first = content.chars().next()?;
    if first == '\\' {
        return Some(1 + 2 + content[2..].find('\'')? + 1);
    }
    content[first.len_utf8()..].starts_with('\'').then(|| 1 + first.len_utf8() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Vec<String> {
        whole(text).strings.into_iter().map(|literal| literal.text).collect()
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        let rust = whole("let a = \"crate::b\"; // crate::c\n/* crate::d /* */ crate::e */ crate::f");
        assert!(rust.code.contains("crate::f"));
        for hidden in ["crate::b", "crate::c", "crate::d", "crate::e"] {
            assert!(!rust.code.contains(hidden), "{hidden} in {}", rust.code);
        }
    }

    #[test]
    fn positions_stay() {
        let text = "let ä = \"ö\n\"; // ü\nlet b = 'é';\nend";
        let rust = whole(text);
        assert_eq!(rust.code.find("end"), text.find("end"));
        assert_eq!(rust.code.len(), text.len());
    }

    #[test]
    fn all_kinds_of_strings_are_found() {
        assert_eq!(strings(r##"("a\"b", r"c\", r#"d"e"#, b"f", br#"g"#)"##), ["a\"b", "c\\", "d\"e", "f", "g"]);
    }

    #[test]
    fn a_quote_in_a_character_opens_no_string() {
        assert_eq!(strings(r#"('"', '\'', '\u{22}', "a", fn b<'c>(d: &'c str))"#), ["a"]);
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(whole("\n\n\"a\"").strings[0].line, 3);
    }

    #[test]
    fn tests_at_the_foot_are_not_shipped() {
        let rust = shipped("fn a() { \"b\" }\n#[cfg(test)]\n#[allow(a)]\nmod tests {\n fn c() { \"d\" }\n}");
        assert!(rust.code.contains("fn a"));
        assert!(!rust.code.contains("fn c"));
        assert_eq!(rust.strings.len(), 1);
    }
}
