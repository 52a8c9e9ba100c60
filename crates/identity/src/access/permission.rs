//! Everything that someone may or may not do.

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident => $code:literal),+ $(,)?) => {
        /// A right to do one thing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Permission { $($(#[$doc])* $name),+ }

        impl Permission {
            /// Every permission, in the order of the matrix.
            pub const ALL: &[Permission] = &[$(Permission::$name),+];

            /// A stable name, as `view_accounts`.
            pub fn code(self) -> &'static str {
                match self { $(Permission::$name => $code),+ }
            }
        }
    };
}

permissions! {
    /// List, search and open accounts, and see the summary.
    ViewAccounts => "view_accounts",
    /// Create an account.
    CreateAccount => "create_account",
    /// Start, watch and stop an import of accounts.
    ImportAccounts => "import_accounts",
    /// Take the accounts away as a file.
    ExportAccounts => "export_accounts",
    /// Change names, username and custom fields.
    UpdateAccount => "update_account",
    /// Change the e-mail address, which is as good as a credential.
    UpdateEmail => "update_email",
    /// Set or reset a password, force a reset, invite.
    SetPassword => "set_password",
    /// Remove a password, passkey or second factor.
    RemoveCredential => "remove_credential",
    /// Let a disabled account in again.
    EnableAccount => "enable_account",
    /// Keep an account out for good.
    DisableAccount => "disable_account",
    /// Keep an account out for a time.
    LockAccount => "lock_account",
    /// End a lock.
    UnlockAccount => "unlock_account",
    /// Delete an account for ever.
    DeleteAccount => "delete_account",
    /// Approve, activate or reject a registration, or send its confirmation again.
    DecideRegistration => "decide_registration",
    /// Mail somebody their username.
    SendUsername => "send_username",
    /// Try a message again that somebody did not get.
    RetryMessage => "retry_message",
    /// End the sessions of an account.
    EndSessions => "end_sessions",
    /// Create, change and delete groups and their members.
    ManageGroups => "manage_groups",
    /// Make a group protected, or an ordinary one again.
    ProtectGroup => "protect_group",
    /// See everybody who holds a role, and the pages where roles are given and taken.
    ViewAdministrators => "view_administrators",
    /// Give or take the user, SSO and system administrator roles.
    GrantRole => "grant_role",
    /// Give or take the super administrator role.
    GrantSuperAdministrator => "grant_super_administrator",
    /// Manage applications, signing keys and attribute maps.
    ManageApplications => "manage_applications",
    /// See the log of sign-ons at applications.
    ViewSignOnLog => "view_sign_on_log",
    /// Change settings, policies and user attributes.
    ManageSettings => "manage_settings",
    /// Change the few settings that loosen what protects everybody.
    ManageGuardedSettings => "manage_guarded_settings",
    /// See which attributes the users of the organization have.
    ViewAttributes => "view_attributes",
    /// Change the mail server, the public address and the allowed hosts.
    ManageOutgoingMail => "manage_outgoing_mail",
    /// Change ordinary message templates.
    ManageTemplates => "manage_templates",
    /// Change the templates about administrators' privileges.
    ManagePrivilegeTemplates => "manage_privilege_templates",
    /// See which messages wait, left or failed, without what only their recipients may read.
    ViewOutbox => "view_outbox",
    /// Try messages again, or take them back.
    ManageOutbox => "manage_outbox",
    /// Read a message as its recipient would.
    RevealMessage => "reveal_message",
    /// Read the whole audit log.
    ViewAuditLog => "view_audit_log",
    /// Read what happened to one account.
    ViewAccountHistory => "view_account_history",
    /// Back up or initialise the database.
    ManageDatabase => "manage_database",
    /// Become the first super administrator.
    SetUp => "set_up",
    /// Register, and confirm that by the link that was issued for it.
    Register => "register",
    /// Ask for one's own username, or for a link to change one's own password, by mail.
    RequestRecovery => "request_recovery",
    /// Use a link or code that was sent to oneself.
    UseLink => "use_link",
    /// Sign in.
    SignIn => "sign_in",
    /// See and change one's own account.
    ManageOwnAccount => "manage_own_account",
}
