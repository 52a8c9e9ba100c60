//! The choices that turn the bytes of a file into rows and cells.

use super::Encoding;

/// How a file is to be read: what was detected, or what a person chose instead.
///
/// A byte order mark at the start is always dropped, whatever the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The encoding of the bytes.
    pub encoding: Encoding,
    /// What stands between two cells.
    pub delimiter: Delimiter,
    /// What encloses a cell that holds delimiters or line breaks; doubled, it stands for itself.
    pub quote: Quote,
    /// Whether the first row that is not blank names the columns.
    pub has_header: bool,
    /// Physical lines to pass over at the start, as a `sep=;` line or the version line of an Entra template.
    pub skip_lines: u64,
}

impl Default for Dialect {
    /// RFC 4180 in UTF-8, with a header.
    fn default() -> Self {
        Self {
            encoding: Encoding::UTF_8,
            delimiter: Delimiter::Comma,
            quote: Quote::Double,
            has_header: true,
            skip_lines: 0,
        }
    }
}

/// What stands between two cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`, which spreadsheets write where the comma marks decimals.
    Semicolon,
    /// The tabulator.
    Tab,
    /// `|`
    Pipe,
    /// `:`, never detected (times and URLs are full of it), only chosen.
    Colon,
}

impl Delimiter {
    /// Every delimiter, in the order to offer them.
    pub const ALL: [Self; 5] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe, Self::Colon];

    /// The byte in the file.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
            Self::Colon => b':',
        }
    }

    /// The delimiter that this byte is, if it is one.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|delimiter| delimiter.byte() == byte)
    }

    /// The name to store: `comma`, `semicolon`, `tab`, `pipe` or `colon`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
            Self::Colon => "colon",
        }
    }

    /// The delimiter of that [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|delimiter| delimiter.name() == name)
    }
}

/// What encloses a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Quote {
    /// `"`
    #[default]
    Double,
    /// `'`, never detected (names like O'Brien are full of it), only chosen.
    Single,
}

impl Quote {
    /// Both quotes, in the order to offer them.
    pub const ALL: [Self; 2] = [Self::Double, Self::Single];

    /// The byte in the file.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Double => b'"',
            Self::Single => b'\'',
        }
    }

    /// The name to store: `double` or `single`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::Single => "single",
        }
    }

    /// The quote of that [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quote| quote.name() == name)
    }
}
