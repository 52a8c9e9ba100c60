//! The catalogue of everything that can happen.

mod references;
mod told;

pub use references::{AccountRef, AttributeRef, FieldChange, GroupRef};

use base::{AccountId, ImportId, MessageId, Timestamp};
use serde_json::Value as Json;

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
    /// A registration that nobody confirmed in time was deleted.
    RegistrationPurged {
        /// The account that was.
        account: AccountRef,
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
    /// An account was locked: nobody can sign in to it for a time.
    AccountLocked {
        /// The account.
        account: AccountRef,
        /// Whether it was one of several chosen at once.
        bulk: bool,
        /// What kind of lock, as `admin`.
        reason: &'static str,
        /// Why, in the administrator's words.
        note: Option<String>,
        /// When the lock ends by itself.
        until: Option<Timestamp>,
    },
    /// The locks of an account were ended.
    AccountUnlocked {
        /// The account.
        account: AccountRef,
        /// Whether it was one of several chosen at once.
        bulk: bool,
        /// What kinds of lock it had.
        reasons: Vec<&'static str>,
    },
    /// Somebody else ended sessions of an account.
    SessionsEnded {
        /// The account.
        account: AccountRef,
        /// How many.
        sessions: u64,
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
    /// The owner of an account was invited to choose the first password.
    UserInvited {
        /// The account.
        account: AccountRef,
        /// How the invitation reaches them, as `email_link`.
        way: &'static str,
        /// Whether there was an invitation before.
        again: bool,
        /// Until when it works.
        until: Timestamp,
    },
    /// The owner of an account was asked for another password.
    PasswordResetRequired {
        /// The account.
        account: AccountRef,
        /// How the link or code reaches them, as `email_link`.
        way: &'static str,
        /// Whether they were asked before.
        again: bool,
        /// Until when the link or code works.
        until: Timestamp,
    },
    /// The owner of an account chose a password by a link or code.
    PasswordChosen {
        /// The account.
        account: AccountRef,
        /// What the link or code was for, as `reset_password`.
        purpose: &'static str,
        /// How it had reached them, as `email_link`.
        way: &'static str,
    },
    /// Somebody who is not signed in asked for a username, or for a link to change a password.
    RecoveryRequested {
        /// The account, when what was typed belongs to one.
        account: Option<AccountRef>,
        /// What was asked for: `username` or `password`.
        wanted: &'static str,
        /// What became of it, as `link_sent`.
        answer: &'static str,
    },
    /// A link or code was sent that proves an address or number, or confirms a registration.
    LinkSent {
        /// The account.
        account: AccountRef,
        /// What it is for, as `verify_email`.
        purpose: &'static str,
        /// How it reaches its owner, as `email_link`.
        way: &'static str,
    },
    /// An address was proved by the link that was sent there.
    EmailVerified {
        /// The account.
        account: AccountRef,
    },
    /// Somebody wants another address for their own account, and shall prove it first.
    EmailChangeRequested {
        /// The account.
        account: AccountRef,
        /// The address that they want.
        email: String,
    },
    /// Somebody leaves the address of their own account as it is, although they had asked for another one.
    EmailChangeWithdrawn {
        /// The account.
        account: AccountRef,
    },
    /// The address that somebody wanted was proved by the link that was sent there, and is in force.
    EmailChangeConfirmed {
        /// The account.
        account: AccountRef,
        /// The address it had.
        before: Option<String>,
        /// The address it has.
        after: String,
    },
    /// A mobile number was proved by the code that was sent there.
    MobileVerified {
        /// The account.
        account: AccountRef,
    },
    /// Somebody entered a code that doesn't work.
    CodeRefused {
        /// The account, when the name typed belongs to one.
        account: Option<AccountRef>,
    },
    /// An outdated way of keeping a password was replaced by the present one, at a sign-in.
    PasswordRehashed {
        /// The account.
        account: AccountRef,
    },
    /// A password had become too old, and must be changed; noticed at a sign-in.
    PasswordExpired {
        /// The account.
        account: AccountRef,
    },
    /// A password turned out to be one that everybody tries, and must be changed; noticed at a sign-in.
    PasswordCompromised {
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
