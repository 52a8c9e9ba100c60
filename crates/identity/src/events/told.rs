//! What the audit log tells of an event: its name, what it happened to, and what else is worth knowing.

use base::ImportId;
use serde_json::{Value as Json, json};

use super::{AccountRef, AttributeRef, Event, GroupRef};

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
            Event::RegistrationPurged { .. } => "registration_purged",
            Event::AccountUpdated { .. } => "account_updated",
            Event::AccountEnabled { .. } => "account_enabled",
            Event::AccountDisabled { .. } => "account_disabled",
            Event::AccountLocked { .. } => "account_locked",
            Event::AccountUnlocked { .. } => "account_unlocked",
            Event::SessionsEnded { .. } => "sessions_ended",
            Event::AccountDeleted { .. } => "account_deleted",
            Event::PasswordSet { .. } => "password_set",
            Event::UserInvited { .. } => "user_invited",
            Event::PasswordResetRequired { .. } => "password_reset_required",
            Event::PasswordChosen { .. } => "password_chosen",
            Event::RecoveryRequested { .. } => "recovery_requested",
            Event::LinkSent { .. } => "link_sent",
            Event::EmailVerified { .. } => "email_verified",
            Event::EmailChangeRequested { .. } => "email_change_requested",
            Event::EmailChangeWithdrawn { .. } => "email_change_withdrawn",
            Event::EmailChangeConfirmed { .. } => "email_change_confirmed",
            Event::MobileVerified { .. } => "mobile_verified",
            Event::CodeRefused { .. } => "code_refused",
            Event::PasswordRehashed { .. } => "password_rehashed",
            Event::PasswordExpired { .. } => "password_expired",
            Event::PasswordCompromised { .. } => "password_compromised",
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
            | Event::RegistrationPurged { account }
            | Event::AccountUpdated { account, .. }
            | Event::AccountEnabled { account, .. }
            | Event::AccountDisabled { account, .. }
            | Event::AccountLocked { account, .. }
            | Event::AccountUnlocked { account, .. }
            | Event::SessionsEnded { account, .. }
            | Event::AccountDeleted { account, .. }
            | Event::PasswordSet { account, .. }
            | Event::UserInvited { account, .. }
            | Event::PasswordResetRequired { account, .. }
            | Event::PasswordChosen { account, .. }
            | Event::LinkSent { account, .. }
            | Event::EmailVerified { account }
            | Event::EmailChangeRequested { account, .. }
            | Event::EmailChangeWithdrawn { account }
            | Event::EmailChangeConfirmed { account, .. }
            | Event::MobileVerified { account }
            | Event::PasswordRehashed { account }
            | Event::PasswordExpired { account }
            | Event::PasswordCompromised { account }
            | Event::RoleGranted { account, .. }
            | Event::RoleRevoked { account, .. }
            | Event::GroupJoined { account, .. }
            | Event::GroupLeft { account, .. }
            | Event::SignedIn { account }
            | Event::Reauthenticated { account }
            | Event::UsernameSent { account }
            | Event::SignedOut { account } => Some(account.clone()),
            Event::SignInRefused { account, .. }
            | Event::SignInBlocked { account, .. }
            | Event::RecoveryRequested { account, .. }
            | Event::CodeRefused { account } => account.clone(),
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
            Event::AccountLocked { bulk, reason, note, until, .. } => {
                json!({ "bulk": bulk, "reason": reason, "note": note, "until": until.map(|until| until.to_string()) })
            }
            Event::AccountUnlocked { bulk, reasons, .. } => json!({ "bulk": bulk, "reasons": reasons }),
            Event::SessionsEnded { sessions, .. } => json!({ "sessions": sessions }),
            Event::AccountEnabled { bulk, .. } | Event::AccountDeleted { bulk, .. } => json!({ "bulk": bulk }),
            Event::PasswordSet { temporary, .. } => json!({ "temporary": temporary }),
            Event::UserInvited { way, again, until, .. } | Event::PasswordResetRequired { way, again, until, .. } => {
                json!({ "way": way, "again": again, "until": until.to_string() })
            }
            Event::PasswordChosen { purpose, way, .. } | Event::LinkSent { purpose, way, .. } => {
                json!({ "purpose": purpose, "way": way })
            }
            Event::RecoveryRequested { wanted, answer, .. } => json!({ "wanted": wanted, "answer": answer }),
            Event::EmailChangeRequested { email, .. } => json!({ "email": email }),
            Event::EmailChangeConfirmed { before, after, .. } => json!({ "before": before, "after": after }),
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
            | Event::RegistrationPurged { .. }
            | Event::PasswordCompromised { .. }
            | Event::PasswordRehashed { .. }
            | Event::EmailVerified { .. }
            | Event::EmailChangeWithdrawn { .. }
            | Event::MobileVerified { .. }
            | Event::CodeRefused { .. }
            | Event::PasswordExpired { .. }
            | Event::SignedIn { .. }
            | Event::Reauthenticated { .. }
            | Event::ImportUndoStarted { .. }
            | Event::UsernameSent { .. }
            | Event::SignedOut { .. } => json!({}),
        }
    }
}
