//! A user's profile, as a page or as JSON.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use base::{AccountId, Timestamp};
use identity::access::Permission;
use identity::accounts::rules::Username;
use identity::accounts::{self, Account, Lifecycle, PasswordState, Status};
use identity::attributes::{self, Attributes, Values};
use identity::audit::{self, Entry as Record};
use identity::memberships::{self, Membership};
use identity::settings::{self, Settings};

use super::custom::{self, CustomField, CustomValue, Entry};
use super::in_path::account_id;
use super::offers::Offers;
use super::profile::{Head, Standing, Tab, What};
use crate::api;
use crate::caller::Member;
use crate::errors::OrFailure;
use crate::failure::Failure;
use crate::fields::Query;
use crate::frame::Frame;
use crate::input::{FormProblem, Input, Problems};
use crate::render::{filters, page, wants_json};
use crate::site::Site;

/// How far back it is looked for who disabled or changed an account last.
const HISTORY: u32 = 50;

#[derive(Template)]
#[template(path = "console/accounts/show.html")]
pub(super) struct ProfilePage {
    frame: Frame,
    head: Head,
    profile: ProfileForm,
    facts: Facts,
    registration: Option<Registration>,
    is_waiting: bool,
    /// Whether the fields are shown although they are mostly read.
    is_editing: bool,
}

/// A registration that waits for a decision.
struct Registration {
    registered_at: Timestamp,
    confirmed_at: Option<Timestamp>,
    /// The network address, when it is known.
    from: String,
}

/// The form of the profile.
struct ProfileForm {
    version: i64,
    first_name: Input,
    last_name: Input,
    username: Input,
    email: Input,
    mobile: Input,
    external_id: Input,
    custom: Vec<CustomField>,
    /// What the account has of attributes, to be read.
    shown: Vec<CustomValue>,
    username_help: String,
    is_email_verified: bool,
    /// The address that its owner wants and has not confirmed yet; empty when none waits.
    pending_email: String,
    has_email: bool,
    problems: Vec<FormProblem>,
}

/// What is known besides.
struct Facts {
    id: String,
    created_at: Timestamp,
    origin: &'static str,
    modified_at: Timestamp,
    modified_by: String,
    last_sign_in_at: Option<Timestamp>,
    password: &'static str,
    password_until: Option<Timestamp>,
    roles: Vec<String>,
    groups: Vec<String>,
}

/// An account with what a page about it needs.
pub(super) struct Known {
    pub(super) account: Account,
    pub(super) settings: Settings,
    pub(super) attributes: Arc<Attributes>,
    pub(super) groups: Vec<Membership>,
    /// What happened to it lately, the latest first; empty when the person may not see it.
    pub(super) history: Vec<Record>,
    /// How it stands.
    pub(super) standing: Standing,
}

/// `GET /console/users/{id}`, and `….json` for programs.
pub(crate) async fn show(
    State(site): State<Site>,
    frame: Frame,
    member: Member,
    headers: HeaderMap,
    Path(name): Path<String>,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let plain = name.strip_suffix(".json");
    let id = account_id(plain.unwrap_or(&name))?;
    if plain.is_some() || wants_json(&headers) {
        let read = site
            .identity()
            .read(&member.caller, async |op| Ok((accounts::find(op, id).await?, attributes::list(op).await?)));
        let (account, attributes) = read.await.or_failure(&member.caller)?;
        return Ok(api::accounts::represent(&account, &attributes));
    }
    let known = known(&site, &member, id).await?;
    let typed = Typed::of(&known.account);
    let view = view(&site, frame, &member, &known, &typed, &Problems::default());
    Ok(page(&ProfilePage { is_editing: fields.is_checked("edit"), ..view }))
}

/// Reads an account with what a page about it needs, in one snapshot.
pub(super) async fn known(site: &Site, member: &Member, id: AccountId) -> Result<Known, Failure> {
    known_to(site, member, Permission::ViewAccounts, id).await
}

/// As [`known`], for a page that takes another right to see.
pub(super) async fn known_to(
    site: &Site,
    member: &Member,
    permission: Permission,
    id: AccountId,
) -> Result<Known, Failure> {
    let read = site.identity().read(&member.caller, async |op| {
        let account = accounts::find(op, id).await?;
        let _ = op.allow(permission, account.target())?;
        let settings = settings::load(op).await?;
        let attributes = attributes::list(op).await?;
        let groups = memberships::groups_of(op, id).await?;
        // Not asked of the core when the answer is no: the refusal would be recorded at each look at a profile.
        let history = if Offers::new(site, member, &account).history() {
            audit::history(op, id, account.is_protected(), None, HISTORY).await?
        } else {
            Vec::new()
        };
        let standing = Standing::read(op, &account, &history).await?;
        Ok(Known { account, settings, attributes, groups, history, standing })
    });
    read.await.or_failure(&member.caller)
}

/// What stands in the fields of the profile.
#[derive(Clone)]
pub(super) struct Typed {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) username: String,
    pub(super) email: String,
    pub(super) mobile: String,
    pub(super) external_id: String,
    pub(super) custom: Values,
}

impl Typed {
    /// What `account` holds.
    pub(super) fn of(account: &Account) -> Self {
        Typed {
            first_name: account.first_name.clone(),
            last_name: account.last_name.clone(),
            username: account.username.clone(),
            email: account.email.clone().unwrap_or_default(),
            mobile: account.mobile.clone().unwrap_or_default(),
            external_id: account.external_id.clone().unwrap_or_default(),
            custom: account.custom.clone(),
        }
    }
}

/// The profile with `typed` in its fields.
pub(super) fn view(
    site: &Site,
    frame: Frame,
    member: &Member,
    known: &Known,
    typed: &Typed,
    problems: &Problems,
) -> ProfilePage {
    let Known { account, settings, attributes, groups, history, standing } = known;
    let profile = ProfileForm {
        version: account.version,
        first_name: problems.input("first_name", &typed.first_name),
        last_name: problems.input("last_name", &typed.last_name),
        username: problems.input("username", &typed.username),
        email: problems.input("email", &typed.email),
        mobile: problems.input("mobile", &typed.mobile),
        external_id: problems.input("external_id", &typed.external_id),
        custom: custom::fields(attributes, &typed.custom, problems),
        shown: custom::shown(attributes, &account.custom),
        username_help: Username::help(settings),
        pending_email: account.pending_email.clone().unwrap_or_default(),
        is_email_verified: account.state.email.verified_at.is_some(),
        has_email: account.email.is_some(),
        problems: problems.0.clone(),
    };
    ProfilePage {
        frame,
        head: Head::new(site, member, account, standing, groups.len(), Tab::Profile),
        profile,
        facts: facts(account, groups, history),
        registration: Registration::of(account, history),
        is_waiting: account.state.lifecycle != Lifecycle::Active,
        is_editing: !problems.is_empty(),
    }
}

impl ProfilePage {
    /// What somebody entered who waits for a decision is to be read; changing it is the exception.
    fn shows_what_was_entered(&self) -> bool {
        self.is_waiting && !self.is_editing
    }
}

impl Registration {
    fn of(account: &Account, history: &[Record]) -> Option<Self> {
        let entry = history.iter().find(|entry| entry.event == "account_registered");
        (account.status() == Status::PendingApproval).then(|| Registration {
            registered_at: account.created_at,
            confirmed_at: account.state.email.verified_at,
            from: entry.and_then(|entry| entry.address.clone()).unwrap_or_default(),
        })
    }
}

fn facts(account: &Account, groups: &[Membership], history: &[Record]) -> Facts {
    let changed = |entry: &&Record| entry.at == account.modified_at && entry.actor_kind != "anonymous";
    let (password, password_until) = match account.state.password {
        PasswordState::None => ("Not set", None),
        PasswordState::Temporary { until } => ("Temporary, works until", Some(until)),
        PasswordState::Permanent => ("Set", None),
    };
    Facts {
        id: account.id.to_string(),
        created_at: account.created_at,
        origin: origin_words(&account.origin),
        modified_at: account.modified_at,
        modified_by: history.iter().find(changed).map(|entry| entry.actor_name.clone()).unwrap_or_default(),
        last_sign_in_at: account.last_sign_in_at,
        password,
        password_until,
        groups: groups.iter().map(|membership| membership.group.name.clone()).collect(),
        roles: account.roles.iter().map(|role| role.to_string()).collect(),
    }
}

/// Where an account came from, in words that follow a date; empty when nobody knows.
pub(super) fn origin_words(origin: &str) -> &'static str {
    match origin {
        "console" => "by an administrator",
        "import" => "by import",
        "command_line" => "from the command line",
        "set_up" => "when Reeve was set up",
        "demo" => "as demonstration data",
        "registration" => "by registration",
        _ => "",
    }
}
