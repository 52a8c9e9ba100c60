//! What the last action achieved, told on the next page: a short-lived cookie with a code, never with words.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use base::AccountId;

use crate::cookies::{self, Keep};
use crate::render::wants_fragment;
use crate::render::words::{groups, messages, registrations, sessions, users};
use crate::site::Site;

const COOKIE: &str = "reeve-notice";
const KEPT_S: u32 = 60;
/// More accounts than these don't fit into a cookie; then there is no Undo.
const UNDO_AT_MOST: usize = 60;

/// What the last action achieved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// An account was created.
    Created,
    /// An account's profile was saved.
    Updated,
    /// These many accounts were enabled; undone by disabling those named.
    Enabled(u64, Vec<AccountId>),
    /// These many accounts were disabled; undone by enabling those named.
    Disabled(u64, Vec<AccountId>),
    /// These many accounts were locked; undone by unlocking those named.
    Locked(u64, Vec<AccountId>),
    /// These many accounts were unlocked.
    Unlocked(u64),
    /// These many sessions were ended.
    SessionsEnded(u64),
    /// These many accounts were deleted.
    Deleted(u64),
    /// A registration was approved.
    Approved,
    /// An account was activated without confirmation.
    Activated,
    /// A registration was rejected, and its account deleted.
    Rejected,
    /// These many registrations were approved.
    AllApproved(u64),
    /// These many registrations were rejected.
    AllRejected(u64),
    /// The roles of an account were changed.
    RolesSaved,
    /// A group was created.
    GroupCreated,
    /// A group was saved.
    GroupSaved,
    /// A group was deleted.
    GroupDeleted,
    /// These many accounts were put into a group.
    MembersAdded(u64),
    /// These many accounts were taken out of a group.
    MembersRemoved(u64),
    /// An account was added to these many groups.
    GroupsJoined(u64),
    /// An account was taken out of a group.
    GroupLeft,
    /// An attribute was added.
    AttributeAdded,
    /// An attribute was saved.
    AttributeSaved,
    /// An attribute was deleted.
    AttributeDeleted,
    /// A password was set.
    PasswordSet,
    /// A password was set, and is temporary because it was mailed.
    PasswordTemporary,
    /// A password was set, and is mailed to the user.
    PasswordMailed,
    /// An account was created, and what its owner needs is mailed.
    CreatedAndSent,
    /// The user is asked for another password.
    ResetAsked,
    /// A link or code is on its way.
    LinkSent,
    /// Settings were saved.
    SettingsSaved,
    /// The text of a message was saved.
    TemplateSaved,
    /// The text of a message is as it was shipped again.
    TemplateRestored,
    /// The text of a message in one language is gone.
    TranslationRemoved,
    /// A test of a message waits to be sent.
    TestQueued,
    /// A mail server or SMS gateway was saved.
    ServerSaved,
    /// A mail server or SMS gateway was removed.
    ServerForgotten,
    /// These many messages are tried again.
    MessagesRetried(u64),
    /// These many messages were taken back.
    MessagesCancelled(u64),
    /// Somebody is mailed their username.
    UsernameSent,
    /// The person has another password now.
    PasswordChanged,
    /// A link to confirm the new address of the person is on its way.
    EmailAsked,
    /// The address of the person stays as it is.
    EmailKept,
    /// Nothing was changed, for everything was so already.
    Unchanged,
    /// The person signed out.
    SignedOut,
}

/// A notice in words, with the one action it offers.
#[derive(Clone, Debug)]
pub(crate) struct Toast {
    /// What was done.
    pub(crate) text: String,
    /// How to undo it.
    pub(crate) undo: Option<Undo>,
}

/// The bulk action that undoes another.
#[derive(Clone, Debug)]
pub(crate) struct Undo {
    /// `enable`, `disable` or `unlock`.
    pub(crate) verb: &'static str,
    /// The accounts to undo it for.
    pub(crate) accounts: Vec<AccountId>,
}

impl Notice {
    /// The notice that came with a request, if it is one that we could have written.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        Notice::decode(cookies::read(headers, COOKIE)?)
    }

    /// The cookie that shows this notice on the next page.
    pub(crate) fn cookie(&self, is_tls: bool) -> HeaderValue {
        cookies::write(COOKIE, &self.encode(), Keep::Seconds(KEPT_S), is_tls)
    }

    /// Leads to `target`, whose page tells this notice.
    pub(crate) fn told_at(&self, target: &str, site: &Site) -> Response {
        ([(header::SET_COOKIE, self.cookie(site.is_tls()))], Redirect::to(target)).into_response()
    }

    /// The notice in words.
    pub(crate) fn toast(&self) -> Toast {
        let undo =
            |verb, accounts: &[AccountId]| (!accounts.is_empty()).then(|| Undo { verb, accounts: accounts.to_vec() });
        let (text, undo) = match self {
            Notice::Created => ("User created".to_owned(), None),
            Notice::Updated => ("User updated".to_owned(), None),
            Notice::Enabled(number, accounts) => (format!("{} enabled", users(*number)), undo("disable", accounts)),
            Notice::Disabled(number, accounts) => (format!("{} disabled", users(*number)), undo("enable", accounts)),
            Notice::Locked(number, accounts) => (format!("{} locked", users(*number)), undo("unlock", accounts)),
            Notice::Unlocked(number) => (format!("{} unlocked", users(*number)), None),
            Notice::SessionsEnded(number) => (format!("{} ended", sessions(*number)), None),
            Notice::Deleted(number) => (format!("{} deleted", users(*number)), None),
            Notice::Approved => ("Registration approved".to_owned(), None),
            Notice::Activated => ("User activated".to_owned(), None),
            Notice::Rejected => ("Registration rejected and account deleted".to_owned(), None),
            Notice::AllApproved(number) => (format!("{} approved", registrations(*number)), None),
            Notice::AllRejected(number) => (format!("{} rejected", registrations(*number)), None),
            Notice::RolesSaved => ("Roles saved".to_owned(), None),
            Notice::GroupCreated => ("Group created".to_owned(), None),
            Notice::GroupSaved => ("Group saved".to_owned(), None),
            Notice::GroupDeleted => ("Group deleted".to_owned(), None),
            Notice::MembersAdded(number) => (format!("{} added", users(*number)), None),
            Notice::MembersRemoved(number) => (format!("{} removed", users(*number)), None),
            Notice::GroupsJoined(number) => (format!("Added to {}", groups(*number)), None),
            Notice::GroupLeft => ("Removed from the group".to_owned(), None),
            Notice::AttributeAdded => ("Attribute added".to_owned(), None),
            Notice::AttributeSaved => ("Attribute saved".to_owned(), None),
            Notice::AttributeDeleted => ("Attribute deleted".to_owned(), None),
            Notice::PasswordSet => ("Saved. The user signs in with the new one".to_owned(), None),
            Notice::PasswordTemporary => {
                ("Saved and sent. It is temporary, because it is sent by email".to_owned(), None)
            }
            Notice::PasswordMailed => ("Saved and sent to the user".to_owned(), None),
            Notice::CreatedAndSent => ("User created, and a message is on its way".to_owned(), None),
            Notice::ResetAsked => ("The user is asked for a new one".to_owned(), None),
            Notice::LinkSent => ("Message on its way".to_owned(), None),
            Notice::SettingsSaved => ("Settings saved".to_owned(), None),
            Notice::TemplateSaved => ("Template saved".to_owned(), None),
            Notice::TemplateRestored => ("The original text is back".to_owned(), None),
            Notice::TranslationRemoved => ("Language removed; its readers get the English text".to_owned(), None),
            Notice::TestQueued => ("A test is on its way to you".to_owned(), None),
            Notice::ServerSaved => ("Saved".to_owned(), None),
            Notice::ServerForgotten => ("Removed".to_owned(), None),
            Notice::MessagesRetried(number) => (format!("{} tried again", messages(*number)), None),
            Notice::MessagesCancelled(number) => (format!("{} taken back", messages(*number)), None),
            Notice::UsernameSent => ("Sent by email".to_owned(), None),
            Notice::PasswordChanged => ("Saved. Use the new one from now on".to_owned(), None),
            Notice::EmailAsked => ("A link is on its way to your new address".to_owned(), None),
            Notice::EmailKept => ("Your address stays as it is".to_owned(), None),
            Notice::Unchanged => ("Nothing to change: it was so already".to_owned(), None),
            Notice::SignedOut => ("You are signed out".to_owned(), None),
        };
        Toast { text, undo }
    }

    fn encode(&self) -> String {
        let with_accounts = |code: &str, number: &u64, accounts: &[AccountId]| {
            let mut text = format!("{code}.{number}");
            if accounts.len() <= UNDO_AT_MOST {
                for account in accounts {
                    text.push('.');
                    text.push_str(&account.to_string());
                }
            }
            text
        };
        match self {
            Notice::Created => "created".to_owned(),
            Notice::Updated => "updated".to_owned(),
            Notice::Enabled(number, accounts) => with_accounts("enabled", number, accounts),
            Notice::Disabled(number, accounts) => with_accounts("disabled", number, accounts),
            Notice::Locked(number, accounts) => with_accounts("locked", number, accounts),
            Notice::Unlocked(number) => format!("unlocked.{number}"),
            Notice::SessionsEnded(number) => format!("sessions-ended.{number}"),
            Notice::Deleted(number) => format!("deleted.{number}"),
            Notice::Approved => "approved".to_owned(),
            Notice::Activated => "activated".to_owned(),
            Notice::Rejected => "rejected".to_owned(),
            Notice::AllApproved(number) => format!("all-approved.{number}"),
            Notice::AllRejected(number) => format!("all-rejected.{number}"),
            Notice::RolesSaved => "roles-saved".to_owned(),
            Notice::GroupCreated => "group-created".to_owned(),
            Notice::GroupSaved => "group-saved".to_owned(),
            Notice::GroupDeleted => "group-deleted".to_owned(),
            Notice::MembersAdded(number) => format!("members-added.{number}"),
            Notice::MembersRemoved(number) => format!("members-removed.{number}"),
            Notice::GroupsJoined(number) => format!("groups-joined.{number}"),
            Notice::GroupLeft => "group-left".to_owned(),
            Notice::AttributeAdded => "attribute-added".to_owned(),
            Notice::AttributeSaved => "attribute-saved".to_owned(),
            Notice::AttributeDeleted => "attribute-deleted".to_owned(),
            Notice::PasswordSet => "password-set".to_owned(),
            Notice::PasswordTemporary => "password-temporary".to_owned(),
            Notice::PasswordMailed => "password-mailed".to_owned(),
            Notice::CreatedAndSent => "created-and-sent".to_owned(),
            Notice::ResetAsked => "reset-asked".to_owned(),
            Notice::LinkSent => "link-sent".to_owned(),
            Notice::SettingsSaved => "settings-saved".to_owned(),
            Notice::TemplateSaved => "template-saved".to_owned(),
            Notice::TemplateRestored => "template-restored".to_owned(),
            Notice::TranslationRemoved => "translation-removed".to_owned(),
            Notice::TestQueued => "test-queued".to_owned(),
            Notice::ServerSaved => "server-saved".to_owned(),
            Notice::ServerForgotten => "server-forgotten".to_owned(),
            Notice::MessagesRetried(number) => format!("messages-retried.{number}"),
            Notice::MessagesCancelled(number) => format!("messages-cancelled.{number}"),
            Notice::UsernameSent => "username-sent".to_owned(),
            Notice::PasswordChanged => "password-changed".to_owned(),
            Notice::EmailAsked => "email-asked".to_owned(),
            Notice::EmailKept => "email-kept".to_owned(),
            Notice::Unchanged => "unchanged".to_owned(),
            Notice::SignedOut => "signed-out".to_owned(),
        }
    }

    fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let code = parts.next()?;
        let number = parts.next().and_then(|part| part.parse::<u64>().ok());
        let accounts = parts.map(str::parse).collect::<Result<Vec<AccountId>, _>>().ok()?;
        Some(match code {
            "created" => Notice::Created,
            "updated" => Notice::Updated,
            "enabled" => Notice::Enabled(number?, accounts),
            "disabled" => Notice::Disabled(number?, accounts),
            "locked" => Notice::Locked(number?, accounts),
            "unlocked" => Notice::Unlocked(number?),
            "sessions-ended" => Notice::SessionsEnded(number?),
            "deleted" => Notice::Deleted(number?),
            "approved" => Notice::Approved,
            "activated" => Notice::Activated,
            "rejected" => Notice::Rejected,
            "all-approved" => Notice::AllApproved(number?),
            "all-rejected" => Notice::AllRejected(number?),
            "roles-saved" => Notice::RolesSaved,
            "group-created" => Notice::GroupCreated,
            "group-saved" => Notice::GroupSaved,
            "group-deleted" => Notice::GroupDeleted,
            "members-added" => Notice::MembersAdded(number?),
            "members-removed" => Notice::MembersRemoved(number?),
            "groups-joined" => Notice::GroupsJoined(number?),
            "group-left" => Notice::GroupLeft,
            "attribute-added" => Notice::AttributeAdded,
            "attribute-saved" => Notice::AttributeSaved,
            "attribute-deleted" => Notice::AttributeDeleted,
            "password-set" => Notice::PasswordSet,
            "password-temporary" => Notice::PasswordTemporary,
            "password-mailed" => Notice::PasswordMailed,
            "created-and-sent" => Notice::CreatedAndSent,
            "reset-asked" => Notice::ResetAsked,
            "link-sent" => Notice::LinkSent,
            "settings-saved" => Notice::SettingsSaved,
            "template-saved" => Notice::TemplateSaved,
            "template-restored" => Notice::TemplateRestored,
            "translation-removed" => Notice::TranslationRemoved,
            "test-queued" => Notice::TestQueued,
            "server-saved" => Notice::ServerSaved,
            "server-forgotten" => Notice::ServerForgotten,
            "messages-retried" => Notice::MessagesRetried(number?),
            "messages-cancelled" => Notice::MessagesCancelled(number?),
            "username-sent" => Notice::UsernameSent,
            "password-changed" => Notice::PasswordChanged,
            "email-asked" => Notice::EmailAsked,
            "email-kept" => Notice::EmailKept,
            "unchanged" => Notice::Unchanged,
            "signed-out" => Notice::SignedOut,
            _ => return None,
        })
    }
}

/// Forgets the notice once a page has shown it.
pub(crate) async fn forget_shown(State(site): State<Site>, request: Request, next: Next) -> Response {
    let was_there = cookies::read(request.headers(), COOKIE).is_some();
    let shows_pages = request.method() == Method::GET && !wants_fragment(request.headers());
    let mut response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if was_there && shows_pages && is_page {
        let cookie = cookies::write(COOKIE, "", Keep::Forget, site.is_tls());
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_its_cookie() {
        let account = "01939a5c-7b7e-7cc0-8000-000000000001".parse().expect("an identifier");
        for notice in [
            Notice::Updated,
            Notice::Deleted(3),
            Notice::Disabled(1, vec![account]),
            Notice::Locked(1, vec![account]),
            Notice::Unlocked(2),
            Notice::SessionsEnded(3),
            Notice::Rejected,
            Notice::GroupsJoined(2),
            Notice::AllApproved(2),
            Notice::AllRejected(2),
            Notice::MessagesRetried(1),
            Notice::PasswordChanged,
            Notice::EmailAsked,
            Notice::EmailKept,
        ] {
            assert_eq!(Notice::decode(&notice.encode()), Some(notice));
        }
    }

    #[test]
    fn nothing_that_a_stranger_wrote_is_shown() {
        for text in ["<b>hello</b>", "deleted.many", "enabled.1.not-an-id", "", "created2"] {
            assert_eq!(Notice::decode(text), None, "{text}");
        }
    }

    #[test]
    fn too_many_accounts_leave_out_the_undo() {
        let account: AccountId = "01939a5c-7b7e-7cc0-8000-000000000001".parse().expect("an identifier");
        let decoded = Notice::decode(&Notice::Enabled(100, vec![account; 100]).encode());
        assert_eq!(decoded, Some(Notice::Enabled(100, vec![])));
    }
}
