//! The languages that messages are written in.

/// A language that texts of messages can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(&'static Known);

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Known {
    tag: &'static str,
    name: &'static str,
    /// What those call it who speak it.
    own_name: &'static str,
    is_right_to_left: bool,
}

const fn known(tag: &'static str, name: &'static str, own_name: &'static str) -> Known {
    Known { tag, name, own_name, is_right_to_left: false }
}

const fn right_to_left(tag: &'static str, name: &'static str, own_name: &'static str) -> Known {
    Known { tag, name, own_name, is_right_to_left: true }
}

/// In the order of their English names; the shipped one first.
static KNOWN: [Known; 52] = [
    known("en", "English", "English"),
    known("af", "Afrikaans", "Afrikaans"),
    known("sq", "Albanian", "Shqip"),
    right_to_left("ar", "Arabic", "العربية"),
    known("hy", "Armenian", "Հայերեն"),
    known("eu", "Basque", "Euskara"),
    known("bn", "Bengali", "বাংলা"),
    known("bs", "Bosnian", "Bosanski"),
    known("bg", "Bulgarian", "Български"),
    known("ca", "Catalan", "Català"),
    known("zh", "Chinese", "中文"),
    known("zh-Hant", "Chinese (traditional)", "繁體中文"),
    known("hr", "Croatian", "Hrvatski"),
    known("cs", "Czech", "Čeština"),
    known("da", "Danish", "Dansk"),
    known("nl", "Dutch", "Nederlands"),
    known("et", "Estonian", "Eesti"),
    known("fi", "Finnish", "Suomi"),
    known("fr", "French", "Français"),
    known("gl", "Galician", "Galego"),
    known("ka", "Georgian", "ქართული"),
    known("de", "German", "Deutsch"),
    known("el", "Greek", "Ελληνικά"),
    right_to_left("he", "Hebrew", "עברית"),
    known("hi", "Hindi", "हिन्दी"),
    known("hu", "Hungarian", "Magyar"),
    known("is", "Icelandic", "Íslenska"),
    known("id", "Indonesian", "Bahasa Indonesia"),
    known("ga", "Irish", "Gaeilge"),
    known("it", "Italian", "Italiano"),
    known("ja", "Japanese", "日本語"),
    known("ko", "Korean", "한국어"),
    known("lv", "Latvian", "Latviešu"),
    known("lt", "Lithuanian", "Lietuvių"),
    known("ms", "Malay", "Bahasa Melayu"),
    known("nb", "Norwegian", "Norsk"),
    right_to_left("fa", "Persian", "فارسی"),
    known("pl", "Polish", "Polski"),
    known("pt", "Portuguese", "Português"),
    known("pt-BR", "Portuguese (Brazil)", "Português do Brasil"),
    known("ro", "Romanian", "Română"),
    known("ru", "Russian", "Русский"),
    known("sr", "Serbian", "Српски"),
    known("sk", "Slovak", "Slovenčina"),
    known("sl", "Slovenian", "Slovenščina"),
    known("es", "Spanish", "Español"),
    known("sv", "Swedish", "Svenska"),
    known("th", "Thai", "ไทย"),
    known("tr", "Turkish", "Türkçe"),
    known("uk", "Ukrainian", "Українська"),
    known("vi", "Vietnamese", "Tiếng Việt"),
    known("cy", "Welsh", "Cymraeg"),
];

/// The attributes that say in which language somebody reads, the first that holds one.
const ATTRIBUTES: [&str; 2] = ["preferred_language", "locale"];

impl Language {
    /// The one that is shipped, and stands in for those that nobody wrote.
    pub const ENGLISH: Language = Language(&KNOWN[0]);

    /// Every language that texts can be written in, by their English names; English first.
    pub fn all() -> impl Iterator<Item = Language> {
        KNOWN.iter().map(Language)
    }

    /// The tag of BCP 47 (RFC 5646), as `nl` or `pt-BR`.
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// Its English name.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What those call it who speak it.
    pub fn own_name(self) -> &'static str {
        self.0.own_name
    }

    /// Where lines begin, as HTML says it.
    pub(super) fn direction(self) -> &'static str {
        if self.0.is_right_to_left { "rtl" } else { "ltr" }
    }

    /// The language with this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Language::all().find(|language| language.tag() == tag)
    }

    /// The language that somebody calls so: by a tag, as `nl`, `nl-BE` or `nl_BE`, or by a name of it.
    pub(super) fn called(words: &str) -> Option<Self> {
        let words = words.trim();
        let tag = words.replace('_', "-");
        let by_tag = |tag: &str| Language::all().find(|language| language.tag().eq_ignore_ascii_case(tag));
        let is_named = |language: &Language| {
            let folded = words.to_lowercase();
            [language.name(), language.own_name()].iter().any(|name| name.to_lowercase() == folded)
        };
        let primary = || tag.split_once('-').and_then(|(primary, _)| by_tag(primary));
        by_tag(&tag).or_else(|| Language::all().find(is_named)).or_else(primary)
    }

    /// The language of somebody with these attributes.
    pub(super) fn of_reader(custom: &[(String, String)]) -> Self {
        let of = |key: &&str| {
            let held = custom.iter().find(|(held, _)| held == key)?;
            Language::called(&held.1)
        };
        ATTRIBUTES.iter().find_map(of).unwrap_or(Language::ENGLISH)
    }

    /// The languages in which this one's readers are written to, the best first.
    pub(super) fn for_its_readers(self) -> impl Iterator<Item = Language> {
        let primary = self.tag().split_once('-').and_then(|(primary, _)| Language::from_tag(primary));
        [Some(self), primary, Some(Language::ENGLISH)].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_207_a_language_is_known_by_its_tag_and_by_its_names() {
        for language in Language::all() {
            for words in [language.tag(), language.name(), language.own_name()] {
                assert_eq!(Language::called(words), Some(language), "{words}");
            }
        }
        let called = |words: &str| Language::called(words).map(Language::tag);
        assert_eq!(called(" NL_be "), Some("nl"));
        assert_eq!(called("pt_br"), Some("pt-BR"));
        assert_eq!(called("zh-Hant-TW"), Some("zh"), "what follows the first part is not guessed at");
        for unknown in ["", "xx", "Klingon", "-", "n"] {
            assert_eq!(called(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn es_207_english_stands_in_for_what_nobody_wrote() {
        let tags = |tag: &str| {
            let language = Language::from_tag(tag).expect("it is known");
            language.for_its_readers().map(Language::tag).collect::<Vec<_>>()
        };
        assert_eq!(tags("pt-BR"), ["pt-BR", "pt", "en"]);
        assert_eq!(tags("nl"), ["nl", "en"]);
        let held = |held: &[(&str, &str)]| {
            let held: Vec<_> = held.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
            Language::of_reader(&held).tag()
        };
        assert_eq!(held(&[]), "en");
        assert_eq!(held(&[("locale", "de_AT"), ("preferred_language", "Nederlands")]), "nl");
        assert_eq!(held(&[("locale", "de_AT"), ("preferred_language", "?")]), "de");
    }
}
