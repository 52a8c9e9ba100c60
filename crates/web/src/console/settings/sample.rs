//! What people see beside the field that a policy is about.

use identity::accounts;
use identity::accounts::rules::Username;
use identity::settings::{Page, Settings};

/// The hint beside a field, sentence by sentence.
pub(super) struct Sample {
    pub(super) field: String,
    pub(super) sentences: Vec<String>,
}

/// The hint that `settings` lead to, on the page of the policy that makes it.
pub(super) fn of(page: Page, settings: &Settings) -> Option<Sample> {
    let words = settings.words();
    match page {
        Page::Username => Some(Sample { field: words.username.to_string(), sentences: vec![Username::help(settings)] }),
        Page::Password => {
            Some(Sample { field: words.password.to_string(), sentences: accounts::password_help(settings) })
        }
        _ => None,
    }
}
