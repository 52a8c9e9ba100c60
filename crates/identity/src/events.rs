//! The catalogue of everything that can happen.

mod references;

pub use references::{AccountRef, AttributeRef, FieldChange, GroupRef};

use base::{AccountId, ImportId, MessageId};
use serde_json::{Value as Json, json};

use crate::access::{Denial, Permission, Role};

/// Something that happened; written to the audit log in the transaction that made it happen. Never holds a secret.
#[derive(Clone, Debug)]
pub enum Event {
    /// The first super administrator used the set-up link.
    SetUp {
        /// The super administrator.
        account: AccountRef,
    },
    /// A one-time link to set up the server was printed.
    SetUpLinkIssued,
    /// An organization got another name.
    OrganizationRenamed {
        /// The name it had.
        before: String,
        /// The name it has.
        after: String,
    },
    /// A setting was changed.
    SettingChanged {
        /// Which.
        key: String,
        /// The value it had.
        before: Json,
        /// The value it has.
        after: Json,
    },
    /// An account came to be.
    AccountCreated {
        /// The account.
        account: AccountRef,
        /// Where from: `console`, `import`, `command_line`, `set_up`, `demo`.
        origin: &'static str,
        /// Whether it can be signed in to.
        enabled: bool,
    },
    /// Somebody registered.
    AccountRegistered {
        /// The account.
        account: AccountRef,
        /// What it waits for, as `pending_activation`; `enabled` when it waits for nothing.
        status: &'static str,
    },
    /// Somebody tried to register with the address of an account.
    AlreadyRegistered {
        /// The account.
        account: AccountRef,
    },
    /// Somebody confirmed their registration by the link that was issued for it.
    RegistrationConfirmed {
        /// The account.
        account: AccountRef,
        /// What it waits for, as `pending_approval`; `enabled` when it waits for nothing.
        status: &'static str,
    },
    /// A confirmed registration was approved: the account can be signed in to.
    RegistrationApproved {
        /// The account.
        account: AccountRef,
    },
    /// A registration was let in although it was not confirmed.
    RegistrationActivated {
        /// The account.
        account: AccountRef,
    },
    /// A confirmed registration was rejected, and its account deleted.
    RegistrationRejected {
        /// The account that was.
        account: AccountRef,
        /// First and last name of the person.
        name: String,
        /// Why, in the administrator's words.
        reason: Option<String>,
    },
    /// Fields of an account were changed.
    AccountUpdated {
        /// The account.
        account: AccountRef,
        /// Each field with the value it had and the value it has.
        changes: Vec<FieldChange>,
    },
    /// An account can be signed in to again.
    AccountEnabled {
        /// The account.
        account: AccountRef,
        /// Whether it was one of several chosen at once.
        bulk: bool,
    },
    /// An account can't be signed in to any more.
    AccountDisabled {
        /// The account.
        account: AccountRef,
        /// Whether it was one of several chosen at once.
        bulk: bool,
        /// Why, in the administrator's words.
        note: Option<String>,
    },
    /// An account is gone.
    AccountDeleted {
        /// The account that was.
        account: AccountRef,
        /// Whether it was one of several chosen at once.
        bulk: bool,
    },
    /// A password was set for an account.
    PasswordSet {
        /// The account.
        account: AccountRef,
        /// Whether it must be changed at the next sign-in.
        temporary: bool,
    },
    /// An outdated way of keeping a password was replaced by the present one, at a sign-in.
    PasswordRehashed {
        /// The account.
        account: AccountRef,
    },
    /// A role was given to an account.
    RoleGranted {
        /// The account.
        account: AccountRef,
        /// The role.
        role: Role,
    },
    /// A role was taken from an account.
    RoleRevoked {
        /// The account.
        account: AccountRef,
        /// The role.
        role: Role,
    },
    /// A group came to be.
    GroupCreated {
        /// The group.
        group: GroupRef,
        /// Whether only super administrators may change it.
        protected: bool,
    },
    /// Name, description or protection of a group were changed.
    GroupUpdated {
        /// The group.
        group: GroupRef,
        /// Each field with the value it had and the value it has.
        changes: Vec<FieldChange>,
    },
    /// A group is gone; its members are not.
    GroupDeleted {
        /// The group that was.
        group: GroupRef,
        /// How many members it had.
        members: u64,
    },
    /// An account became a member of a group.
    GroupJoined {
        /// The account.
        account: AccountRef,
        /// The group.
        group: GroupRef,
    },
    /// An account is no member of a group any more.
    GroupLeft {
        /// The account.
        account: AccountRef,
        /// The group.
        group: GroupRef,
    },
    /// An attribute of accounts was added.
    AttributeCreated {
        /// The attribute.
        attribute: AttributeRef,
        /// Its definition.
        definition: Json,
    },
    /// The definition of an attribute was changed.
    AttributeUpdated {
        /// The attribute.
        attribute: AttributeRef,
        /// The definition it had.
        before: Json,
        /// The definition it has.
        after: Json,
    },
    /// An attribute changed places with the one before or after it.
    AttributeMoved {
        /// The attribute.
        attribute: AttributeRef,
        /// Whether it went up.
        up: bool,
    },
    /// An attribute is gone, with all its values.
    AttributeDeleted {
        /// The attribute that was.
        attribute: AttributeRef,
    },
    /// Somebody signed in.
    SignedIn {
        /// The account.
        account: AccountRef,
    },
    /// Somebody could not sign in.
    SignInRefused {
        /// The account, when the name typed belongs to one.
        account: Option<AccountRef>,
        /// Why, as `wrong_password`.
        reason: &'static str,
    },
    /// A name was locked for a while after too many failed sign-ins.
    SignInBlocked {
        /// The account, when the name typed belongs to one.
        account: Option<AccountRef>,
        /// For how many seconds.
        seconds: u64,
    },
    /// Somebody entered their password again for a sensitive change.
    Reauthenticated {
        /// The account.
        account: AccountRef,
    },
    /// Somebody signed out.
    SignedOut {
        /// The account.
        account: AccountRef,
    },
    /// An import began, or went on after an interruption.
    ImportStarted {
        /// The import.
        import: ImportId,
        /// The file, and what was chosen.
        details: Json,
    },
    /// An import ended.
    ImportFinished {
        /// The import.
        import: ImportId,
        /// How many rows had which outcome.
        details: Json,
    },
    /// Somebody began to take an import back.
    ImportUndoStarted {
        /// The import.
        import: ImportId,
    },
    /// An import was taken back, as far as that was possible.
    ImportUndone {
        /// The import.
        import: ImportId,
        /// The file, and how many accounts were taken back or had to stay as they are.
        details: Json,
    },
    /// What the columns of a file mean was kept under a name.
    ImportMappingSaved {
        /// The name.
        name: String,
    },
    /// A mapping that was kept is gone.
    ImportMappingDeleted {
        /// Its name.
        name: String,
    },
    /// Somebody began to take accounts away as a file.
    ExportStarted {
        /// Which accounts, which columns, which format.
        details: Json,
    },
    /// Accounts were taken away as a file.
    AccountsExported {
        /// How many left; fewer may have arrived of a file that was cut off.
        accounts: u64,
        /// Whether the file was written to its end.
        is_whole: bool,
        /// Which accounts, which columns, which format.
        details: Json,
    },
    /// The mail server or the SMS gateway was chosen, changed or forgotten.
    MessageServerChanged {
        /// Of which kind, as `mail`.
        channel: &'static str,
        /// What it was; null when there was none.
        before: Json,
        /// What it is; null when there is none any more.
        after: Json,
    },
    /// The text of a message was changed.
    TemplateChanged {
        /// Its key.
        template: &'static str,
        /// In which language.
        language: &'static str,
    },
    /// The text of a message is as it was shipped again.
    TemplateRestored {
        /// Its key.
        template: &'static str,
        /// In which language.
        language: &'static str,
    },
    /// Somebody had a message sent to themselves with invented values.
    TemplateTested {
        /// Its key.
        template: &'static str,
    },
    /// Somebody was mailed their username.
    UsernameSent {
        /// The account.
        account: AccountRef,
    },
    /// A message is tried again.
    MessageRetried {
        /// The message.
        message: MessageId,
        /// The key of its template.
        template: String,
    },
    /// A message was taken back before it was sent.
    MessageCancelled {
        /// The message.
        message: MessageId,
        /// The key of its template.
        template: String,
    },
    /// Somebody read a message as its recipient would.
    MessageRevealed {
        /// The message.
        message: MessageId,
        /// The key of its template.
        template: String,
    },
    /// Somebody was refused something.
    Refused {
        /// What they wanted to do.
        permission: Permission,
        /// To whom.
        account: Option<AccountId>,
        /// Why not.
        denial: Denial,
    },
}

impl Event {
    /// A stable name, as `account_disabled`.
    pub fn code(&self) -> &'static str {
        match self {
            Event::SetUp { .. } => "set_up",
            Event::SetUpLinkIssued => "set_up_link_issued",
            Event::OrganizationRenamed { .. } => "organization_renamed",
            Event::SettingChanged { .. } => "setting_changed",
            Event::AccountCreated { .. } => "account_created",
            Event::AccountRegistered { .. } => "account_registered",
            Event::AlreadyRegistered { .. } => "already_registered",
            Event::RegistrationConfirmed { .. } => "registration_confirmed",
            Event::RegistrationApproved { .. } => "registration_approved",
            Event::RegistrationActivated { .. } => "registration_activated",
            Event::RegistrationRejected { .. } => "registration_rejected",
            Event::AccountUpdated { .. } => "account_updated",
            Event::AccountEnabled { .. } => "account_enabled",
            Event::AccountDisabled { .. } => "account_disabled",
            Event::AccountDeleted { .. } => "account_deleted",
            Event::PasswordSet { .. } => "password_set",
            Event::PasswordRehashed { .. } => "password_rehashed",
            Event::RoleGranted { .. } => "role_granted",
            Event::RoleRevoked { .. } => "role_revoked",
            Event::GroupCreated { .. } => "group_created",
            Event::GroupUpdated { .. } => "group_updated",
            Event::GroupDeleted { .. } => "group_deleted",
            Event::GroupJoined { .. } => "group_joined",
            Event::GroupLeft { .. } => "group_left",
            Event::AttributeCreated { .. } => "attribute_created",
            Event::AttributeUpdated { .. } => "attribute_updated",
            Event::AttributeMoved { .. } => "attribute_moved",
            Event::AttributeDeleted { .. } => "attribute_deleted",
            Event::SignedIn { .. } => "signed_in",
            Event::SignInRefused { .. } => "sign_in_refused",
            Event::SignInBlocked { .. } => "sign_in_blocked",
            Event::Reauthenticated { .. } => "reauthenticated",
            Event::SignedOut { .. } => "signed_out",
            Event::ImportStarted { .. } => "import_started",
            Event::ImportFinished { .. } => "import_finished",
            Event::ImportUndoStarted { .. } => "import_undo_started",
            Event::ImportUndone { .. } => "import_undone",
            Event::ImportMappingSaved { .. } => "import_mapping_saved",
            Event::ImportMappingDeleted { .. } => "import_mapping_deleted",
            Event::ExportStarted { .. } => "export_started",
            Event::AccountsExported { .. } => "accounts_exported",
            Event::MessageServerChanged { .. } => "message_server_changed",
            Event::TemplateChanged { .. } => "template_changed",
            Event::TemplateRestored { .. } => "template_restored",
            Event::TemplateTested { .. } => "template_tested",
            Event::UsernameSent { .. } => "username_sent",
            Event::MessageRetried { .. } => "message_retried",
            Event::MessageCancelled { .. } => "message_cancelled",
            Event::MessageRevealed { .. } => "message_revealed",
            Event::Refused { .. } => "refused",
        }
    }

    /// The account it happened to.
    pub fn account(&self) -> Option<AccountRef> {
        match self {
            Event::SetUp { account }
            | Event::AccountCreated { account, .. }
            | Event::AccountRegistered { account, .. }
            | Event::AlreadyRegistered { account }
            | Event::RegistrationConfirmed { account, .. }
            | Event::RegistrationApproved { account }
            | Event::RegistrationActivated { account }
            | Event::RegistrationRejected { account, .. }
            | Event::AccountUpdated { account, .. }
            | Event::AccountEnabled { account, .. }
            | Event::AccountDisabled { account, .. }
            | Event::AccountDeleted { account, .. }
            | Event::PasswordSet { account, .. }
            | Event::PasswordRehashed { account }
            | Event::RoleGranted { account, .. }
            | Event::RoleRevoked { account, .. }
            | Event::GroupJoined { account, .. }
            | Event::GroupLeft { account, .. }
            | Event::SignedIn { account }
            | Event::Reauthenticated { account }
            | Event::UsernameSent { account }
            | Event::SignedOut { account } => Some(account.clone()),
            Event::SignInRefused { account, .. } | Event::SignInBlocked { account, .. } => account.clone(),
            Event::Refused { account, .. } => account.map(|id| AccountRef { id, username: String::new() }),
            Event::SetUpLinkIssued
            | Event::MessageServerChanged { .. }
            | Event::TemplateChanged { .. }
            | Event::TemplateRestored { .. }
            | Event::TemplateTested { .. }
            | Event::MessageRetried { .. }
            | Event::MessageCancelled { .. }
            | Event::MessageRevealed { .. }
            | Event::OrganizationRenamed { .. }
            | Event::SettingChanged { .. }
            | Event::GroupCreated { .. }
            | Event::GroupUpdated { .. }
            | Event::GroupDeleted { .. }
            | Event::AttributeCreated { .. }
            | Event::AttributeUpdated { .. }
            | Event::AttributeMoved { .. }
            | Event::AttributeDeleted { .. }
            | Event::ImportStarted { .. }
            | Event::ImportFinished { .. }
            | Event::ImportUndoStarted { .. }
            | Event::ImportUndone { .. }
            | Event::ImportMappingSaved { .. }
            | Event::ImportMappingDeleted { .. }
            | Event::ExportStarted { .. }
            | Event::AccountsExported { .. } => None,
        }
    }

    /// The group it happened to, when it happened to no account.
    pub fn group(&self) -> Option<&GroupRef> {
        match self {
            Event::GroupCreated { group, .. }
            | Event::GroupUpdated { group, .. }
            | Event::GroupDeleted { group, .. } => Some(group),
            _ => None,
        }
    }

    /// The attribute it happened to.
    pub fn attribute(&self) -> Option<&AttributeRef> {
        match self {
            Event::AttributeCreated { attribute, .. }
            | Event::AttributeUpdated { attribute, .. }
            | Event::AttributeMoved { attribute, .. }
            | Event::AttributeDeleted { attribute } => Some(attribute),
            _ => None,
        }
    }

    /// The import it belongs to.
    pub fn import(&self) -> Option<ImportId> {
        match self {
            Event::ImportStarted { import, .. }
            | Event::ImportFinished { import, .. }
            | Event::ImportUndoStarted { import }
            | Event::ImportUndone { import, .. } => Some(*import),
            _ => None,
        }
    }

    /// What else is worth knowing, as an object.
    pub fn details(&self) -> Json {
        match self {
            Event::OrganizationRenamed { before, after } => json!({ "before": before, "after": after }),
            Event::MessageServerChanged { channel, before, after } => {
                json!({ "channel": channel, "before": before, "after": after })
            }
            Event::TemplateChanged { template, language } | Event::TemplateRestored { template, language } => {
                json!({ "template": template, "language": language })
            }
            Event::TemplateTested { template } => json!({ "template": template }),
            Event::MessageRetried { message, template }
            | Event::MessageCancelled { message, template }
            | Event::MessageRevealed { message, template } => json!({ "message": message, "template": template }),
            Event::SettingChanged { key, before, after } => json!({ "key": key, "before": before, "after": after }),
            Event::AccountCreated { origin, enabled, .. } => json!({ "origin": origin, "enabled": enabled }),
            Event::AccountRegistered { status, .. } | Event::RegistrationConfirmed { status, .. } => {
                json!({ "status": status })
            }
            Event::RegistrationRejected { name, reason, .. } => json!({ "name": name, "reason": reason }),
            Event::AccountUpdated { changes, .. } | Event::GroupUpdated { changes, .. } => changes
                .iter()
                .map(|change| (change.field.to_string(), json!({ "before": change.before, "after": change.after })))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Event::AccountDisabled { bulk, note, .. } => json!({ "bulk": bulk, "note": note }),
            Event::AccountEnabled { bulk, .. } | Event::AccountDeleted { bulk, .. } => json!({ "bulk": bulk }),
            Event::PasswordSet { temporary, .. } => json!({ "temporary": temporary }),
            Event::RoleGranted { role, .. } | Event::RoleRevoked { role, .. } => json!({ "role": role.code() }),
            Event::AttributeCreated { definition, .. } => json!({ "definition": definition }),
            Event::AttributeUpdated { before, after, .. } => json!({ "before": before, "after": after }),
            Event::AttributeMoved { up, .. } => json!({ "direction": if *up { "up" } else { "down" } }),
            Event::GroupCreated { protected, .. } => json!({ "protected": protected }),
            Event::GroupDeleted { members, .. } => json!({ "members": members }),
            Event::GroupJoined { group, .. } | Event::GroupLeft { group, .. } => {
                json!({ "group": group.name, "group_id": group.id })
            }
            Event::ImportMappingSaved { name } | Event::ImportMappingDeleted { name } => json!({ "name": name }),
            Event::SignInRefused { reason, .. } => json!({ "reason": reason }),
            Event::SignInBlocked { seconds, .. } => json!({ "seconds": seconds }),
            Event::ImportStarted { details, .. }
            | Event::ImportFinished { details, .. }
            | Event::ImportUndone { details, .. }
            | Event::ExportStarted { details } => details.clone(),
            Event::AccountsExported { accounts, is_whole, details } => {
                let mut details = details.clone();
                details["accounts"] = json!(accounts);
                details["whole"] = json!(is_whole);
                details
            }
            Event::Refused { permission, denial, .. } => {
                json!({ "permission": permission.code(), "reason": denial.code() })
            }
            Event::SetUp { .. }
            | Event::SetUpLinkIssued
            | Event::AttributeDeleted { .. }
            | Event::AlreadyRegistered { .. }
            | Event::RegistrationApproved { .. }
            | Event::RegistrationActivated { .. }
            | Event::PasswordRehashed { .. }
            | Event::SignedIn { .. }
            | Event::Reauthenticated { .. }
            | Event::ImportUndoStarted { .. }
            | Event::UsernameSent { .. }
            | Event::SignedOut { .. } => json!({}),
        }
    }
}
