//! Where in a page of HTML one is. What is written so that programs could read it differently is read as the worst.

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In what people read.
    Text,
    /// At the beginning of an `href` in quotes.
    StartOfLink,
    /// Within a tag, a comment, a style sheet, or nobody knows.
    Elsewhere,
}

/// Elements within which words are no text, or that change where addresses lead.
const REFUSED: [&str; 13] = [
    "base",
    "form",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "script",
    "style",
    "svg",
    "textarea",
    "title",
];

/// Reads a page from its beginning.
#[derive(Debug, Default)]
pub(super) struct Html {
    state: State,
    /// The name of the element or attribute that is being read.
    word: String,
    is_element: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After `<`.
    Opened,
    /// After `</`.
    Closing,
    /// Within a tag.
    Tag,
    /// After `=`.
    Equals,
    /// Within a value, after this quote; whether at its beginning.
    Quoted(char, bool),
    /// Within a value without quotes.
    Bare,
    /// Nobody knows.
    Lost,
}

impl Html {
    pub(super) fn place(&self) -> Place {
        match self.state {
            State::Text => Place::Text,
            State::Quoted(_, true) if self.word.eq_ignore_ascii_case("href") => Place::StartOfLink,
            _ => Place::Elsewhere,
        }
    }

    /// Goes on over text.
    pub(super) fn text(&mut self, text: &str) {
        text.chars().for_each(|sign| self.state = self.after(sign));
    }

    /// Goes on over a value, which is escaped.
    pub(super) fn value(&mut self) {
        self.state = match self.state {
            State::Text => State::Text,
            State::Quoted(quote, _) => State::Quoted(quote, false),
            _ => State::Lost,
        };
    }

    /// Goes on over a statement: in the midst of a tag nobody knows which branch is taken.
    pub(super) fn statement(&mut self) {
        if self.state != State::Text {
            self.state = State::Lost;
        }
    }

    #[expect(clippy::match_same_arms, reason = "the arms follow the states")]
    fn after(&mut self, sign: char) -> State {
        match (self.state, sign) {
            (State::Text, '<') => State::Opened,
            (State::Text, _) => State::Text,
            (State::Opened, '/') => State::Closing,
            (State::Opened | State::Closing, sign) if sign.is_ascii_alphabetic() => {
                self.word = sign.to_string();
                self.is_element = true;
                State::Tag
            }
            (State::Opened, sign) if sign.is_whitespace() || sign.is_ascii_digit() => State::Text,
            (State::Tag, '"' | '\'' | '`' | '<') | (State::Bare, '"' | '\'' | '`' | '<' | '=') => State::Lost,
            (State::Tag, sign) if sign.is_whitespace() || "/>=".contains(sign) => self.after_a_word(sign),
            (State::Tag, sign) => {
                self.word.push(sign);
                State::Tag
            }
            (State::Equals, '"' | '\'') => State::Quoted(sign, true),
            (State::Equals, sign) if sign.is_whitespace() => State::Equals,
            (State::Equals | State::Bare, '>') => State::Text,
            (State::Quoted(quote, _), sign) if sign == quote => {
                self.word.clear();
                State::Tag
            }
            (State::Quoted(quote, _), _) => State::Quoted(quote, false),
            (State::Bare, sign) if sign.is_whitespace() => {
                self.word.clear();
                State::Tag
            }
            (State::Equals | State::Bare, _) => State::Bare,
            (State::Opened | State::Closing | State::Lost, _) => State::Lost,
        }
    }

    fn after_a_word(&mut self, sign: char) -> State {
        let is_refused = self.is_element && REFUSED.iter().any(|name| self.word.eq_ignore_ascii_case(name));
        self.is_element = false;
        if is_refused {
            return State::Lost;
        }
        if sign == '=' {
            return State::Equals;
        }
        self.word.clear();
        if sign == '>' { State::Text } else { State::Tag }
    }
}
