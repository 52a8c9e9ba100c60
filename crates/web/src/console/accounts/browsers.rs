//! What a browser calls itself, in the words that people use for it.

/// A browser as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Browser {
    pub(crate) words: String,
    pub(crate) icon: &'static str,
}

/// Browsers by a mark in what they send; those that pretend to be another come first.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems by a mark in what browsers send, with whether one holds them in the hand.
const SYSTEMS: [(&str, &str, bool); 7] = [
    ("iPhone", "iOS", true),
    ("iPad", "iPadOS", true),
    ("Android", "Android", true),
    ("Windows", "Windows", false),
    ("CrOS", "ChromeOS", false),
    ("Mac OS X", "macOS", false),
    ("Linux", "Linux", false),
];

/// `Firefox on macOS`; what sends something unheard of is shown by its own name, cut short.
pub(crate) fn name(user_agent: &str) -> Browser {
    let browser = BROWSERS.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name);
    let system = SYSTEMS.iter().find(|(mark, ..)| user_agent.contains(mark));
    let icon = if system.is_some_and(|(.., in_hand)| *in_hand) { "smartphone" } else { "laptop" };
    let words = match (browser, system) {
        (Some(browser), Some((_, system, _))) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if user_agent.is_empty() => "Unknown browser".to_owned(),
        (None, _) => user_agent.chars().take(60).collect(),
    };
    Browser { words, icon }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        for (sent, words, icon) in [
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on macOS",
                "laptop",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iOS",
                "smartphone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
                "laptop",
            ),
            ("curl/8.5.0", "curl/8.5.0", "laptop"),
            ("", "Unknown browser", "laptop"),
        ] {
            assert_eq!(name(sent), Browser { words: words.to_owned(), icon });
        }
    }
}
