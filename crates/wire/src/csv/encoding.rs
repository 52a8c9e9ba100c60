//! The encoding of a file.

use std::fmt;

/// A character encoding, one of those of the WHATWG Encoding Standard.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);
    /// UTF-16, low byte first, as Windows programs write "Unicode text".
    pub const UTF_16LE: Self = Self(encoding_rs::UTF_16LE);
    /// UTF-16, high byte first.
    pub const UTF_16BE: Self = Self(encoding_rs::UTF_16BE);
    /// Windows-1252, the "ANSI" of Western Europe and the Americas; a superset of ISO 8859-1 text.
    pub const WINDOWS_1252: Self = Self(encoding_rs::WINDOWS_1252);

    /// The encodings to offer when the detected one is wrong, the likeliest first.
    pub const CHOICES: [Self; 14] = [
        Self::UTF_8,
        Self::WINDOWS_1252,
        Self::UTF_16LE,
        Self::UTF_16BE,
        Self(encoding_rs::MACINTOSH),
        Self(encoding_rs::ISO_8859_2),
        Self(encoding_rs::WINDOWS_1250),
        Self(encoding_rs::WINDOWS_1251),
        Self(encoding_rs::WINDOWS_1253),
        Self(encoding_rs::WINDOWS_1254),
        Self(encoding_rs::SHIFT_JIS),
        Self(encoding_rs::GBK),
        Self(encoding_rs::BIG5),
        Self(encoding_rs::EUC_KR),
    ];

    /// The encoding of that name or label (`utf8`, `latin1`, `windows-1252`; any case).
    pub fn for_label(label: &str) -> Option<Self> {
        // `replacement` stands for encodings that are unsafe to read; it decodes nothing.
        encoding_rs::Encoding::for_label(label.as_bytes())
            .filter(|encoding| *encoding != encoding_rs::REPLACEMENT)
            .map(Self)
    }

    /// The standard's name, to show and to store.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Whether it is UTF-8 or UTF-16, which can hold every character and leave no byte unexplained.
    pub fn is_unicode(self) -> bool {
        [Self::UTF_8, Self::UTF_16LE, Self::UTF_16BE].contains(&self)
    }

    /// A decoder that passes over the byte order mark.
    pub(super) fn decoder(self) -> encoding_rs::Decoder {
        self.0.new_decoder_with_bom_removal()
    }
}

impl From<&'static encoding_rs::Encoding> for Encoding {
    fn from(encoding: &'static encoding_rs::Encoding) -> Self {
        Self(encoding)
    }
}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
