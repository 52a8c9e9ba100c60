//! Accounts: the records of the people who sign in.

mod accept_password;
mod administrators;
mod anchors;
mod bulk;
mod change;
mod change_email;
mod check;
mod choose_password;
mod confirm_email;
mod confirm_registration;
mod create;
mod create_with_password;
mod decide_registration;
mod delete;
mod dispatch;
mod enable;
mod end_links;
mod expiring;
mod failures;
mod filter;
mod find;
mod help_in;
mod inactivity;
mod invite;
mod letters;
mod lifecycle;
mod list;
mod lock;
mod lock_many;
mod mailed;
mod obstacles;
mod offered;
mod own;
mod password_choice;
mod password_state;
mod recover;
mod register;
mod register_with_password;
mod resend;
mod restore;
mod roles;
mod rows;
pub mod rules;
mod search;
#[cfg(test)]
mod search_ways;
mod set_password;
mod signed_in;
mod sort;
mod status;
mod stretches;
mod summary;
mod told;
mod typed_password;
mod unconfirmed;
mod update;
mod update_many;
mod username;
mod values;
mod verify;
mod ways;

pub use accept_password::password_help;
pub use administrators::administrators;
pub use anchors::ListAnchors;
pub use bulk::{BulkReport, Outcome, delete_many, disable_many, enable_many};
pub use change::AccountChange;
pub use change_email::{NewEmail, keep_email, resend_email_change};
pub use choose_password::{LinkFound, Proof, choose_password, look_at_link};
pub use confirm_email::confirm_email;
pub use confirm_registration::confirm_registration;
pub use create::{NewAccount, NewPassword, Origin, create, create_many};
pub use create_with_password::{Created, FirstPassword, create_user, create_with_password};
pub use decide_registration::{
    Decision, activate, approve, approve_many, check_reason, find_undecided, reject, reject_many,
};
pub use delete::delete;
pub use dispatch::{Sent, page_of};
pub use enable::{disable, enable};
pub use filter::{Filter, RoleFilter, ValueFilter};
pub use find::{Key, find, find_by_identifier, find_by_username, find_many};
pub use invite::{force_reset, invite};
pub use list::{ListQuery, Page, PageRequest, Start, Total, list, matching_ids};
pub use lock::{lock, unlock};
pub use lock_many::{LockTerms, lock_many, unlock_many};
pub use mailed::{messages_of, retry_message_of, unsent_messages_of};
pub use obstacles::{Deed, Obstacle, Remedy, Told, Why, obstacles, obstacles_of};
pub use offered::Offer;
pub use password_choice::PasswordChoice;
pub use recover::{TypedName, request_password_change, request_username};
pub use register::{Applicant, Registered, register};
pub use register_with_password::register_with_password;
pub use resend::{Scenario, resend, resend_for};
pub use roles::{grant_role, revoke_role, set_roles, set_roles_and_tell};
pub use set_password::{PasswordGiven, give_password, set_password};
pub use signed_in::{end_session, end_sessions, session_count, sessions_of};
pub use sort::{Column, Sort};
pub use status::{
    Contact, Lifecycle, Lock, LockReason, MustChange, PasswordState, Requirements, State, Status, StatusFilter,
};
pub use summary::{Summary, summary};
pub use told::send_username;
pub use typed_password::{TypedPassword, try_password};
pub use update::update;
pub use update_many::update_many;
pub use values::tend_attributes;
pub use verify::{verify_email, verify_mobile};
pub use ways::{WayOffer, password_ways};

pub(crate) use accept_password::{AcceptedPassword, accept as accept_password, keep as keep_password};
pub(crate) use bulk::{ask_to_step_up, hold_many, touch};
pub(crate) use change_email::request_email_change;
pub(crate) use check::check_new;
pub(crate) use create_with_password::with_hashed_password;
pub(crate) use end_links::end_links;
pub(crate) use expiring::warn_expiring;
pub(crate) use failures::lock_for_failures;
pub(crate) use find::{find_all_by, hold, load, load_many, taken_names};
pub use help_in::SentAgain;
pub(crate) use help_in::{Need, can_be_sent_again, help_in, send_again};
pub(crate) use inactivity::tend_inactive;
pub(crate) use letters::send_summary;
pub(crate) use list::in_order_of_creation;
pub(crate) use lock_many::sweep as sweep_locks;
pub(crate) use password_state::{demand_password, set_password_state};
pub(crate) use restore::restore_many;
pub(crate) use roles::usable_super_administrators;
pub(crate) use rows::{hold_ordinary, touch_sign_in, versions};
pub(crate) use summary::{imagine, waiting_for_approval};
pub(crate) use typed_password::{broken_rules, random_rules as random_password_rules, rules as password_rules};
pub(crate) use unconfirmed::purge_unconfirmed;
pub(crate) use update_many::check_changes;

use base::{AccountId, OrganizationId, Timestamp};

use crate::access::{Roles, Target};
use crate::attributes::Values;
use crate::credentials::PasswordContext;
use crate::events::AccountRef;

/// An account.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its identifier.
    pub id: AccountId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Grows by one with each change; whoever saves an older one is told so.
    pub version: i64,
    /// What its owner signs in with.
    pub username: String,
    /// Given name; empty when unknown.
    pub first_name: String,
    /// Family name; empty when unknown.
    pub last_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Another address that its owner asked for, and that is not proved yet.
    pub pending_email: Option<String>,
    /// Mobile number.
    pub mobile: Option<String>,
    /// The name of this person in another system, for repeated imports.
    pub external_id: Option<String>,
    /// What it has of each attribute.
    pub custom: Values,
    /// The state, with all its sides.
    pub state: State,
    /// The administrator roles.
    pub roles: Roles,
    /// Whether it is a member of a protected group.
    pub in_protected_group: bool,
    /// Where it came from, as `import`.
    pub origin: String,
    /// When it came to be.
    pub created_at: Timestamp,
    /// When its profile, status, roles, groups or password last changed.
    pub modified_at: Timestamp,
    /// When it was last signed in to.
    pub last_sign_in_at: Option<Timestamp>,
}

impl Account {
    /// What its password may not be made of.
    pub(crate) fn password_context(&self) -> PasswordContext<'_> {
        let names = [self.first_name.as_str(), self.last_name.as_str()];
        PasswordContext::of_profile(&self.username, self.email.as_deref(), names)
    }

    /// First and last name, or the username when it has neither.
    pub fn display_name(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        let name = name.trim();
        if name.is_empty() { self.username.clone() } else { name.to_owned() }
    }

    /// The one status.
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// Whether only a super administrator may change it.
    pub fn is_protected(&self) -> bool {
        !self.roles.is_empty() || self.in_protected_group
    }

    /// Leaves the address as it is: none waits to take its place any more.
    fn forget_pending_email(&mut self) {
        self.pending_email = None;
        self.state.email.change_pending = false;
    }

    /// The account as events remember it.
    pub fn reference(&self) -> AccountRef {
        AccountRef { id: self.id, username: self.username.clone() }
    }

    /// The account as a target of decisions.
    pub fn target(&self) -> Target {
        Target::Account { id: self.id, protected: self.is_protected() }
    }
}
