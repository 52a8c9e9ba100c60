//! The table: who may do what to whom.

use std::fmt;
use std::time::Duration;

use base::{AccountId, Timestamp};

use super::{Actor, Permission, Role};

/// How old a sign-in may be for a change that alters who is in power.
pub const STEP_UP_AGE: Duration = Duration::from_mins(10);

/// What an operation is done to, as far as deciding needs to know it.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// The organization as a whole.
    Organization,
    /// One account.
    Account {
        /// Which.
        id: AccountId,
        /// Whether only a super administrator may change it: it holds a role, or is in a protected group.
        protected: bool,
    },
    /// One group.
    Group {
        /// Whether only a super administrator may change it.
        protected: bool,
    },
}

/// Proof that somebody was allowed something in this operation; recording an event takes one.
#[must_use = "a permit is there to be recorded with the event that it allows"]
#[derive(Debug)]
pub struct Permit(pub(crate) ());

/// Why somebody may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// Nobody is signed in.
    SignInRequired,
    /// The roles held don't include this right.
    Role,
    /// Nobody may do this to themselves.
    Yourself,
    /// Only a super administrator may change an administrator or a member of a protected group.
    Protected,
    /// Only a super administrator may change a protected group.
    ProtectedGroup,
    /// The password must be entered again first.
    StepUpRequired,
    /// It would leave nobody in charge.
    LastSuperAdministrator,
}

impl Denial {
    /// Every reason.
    pub const ALL: [Denial; 7] = [
        Denial::SignInRequired,
        Denial::Role,
        Denial::Yourself,
        Denial::Protected,
        Denial::ProtectedGroup,
        Denial::StepUpRequired,
        Denial::LastSuperAdministrator,
    ];

    /// The reason with this [`Denial::code`].
    pub fn from_code(code: &str) -> Option<Denial> {
        Denial::ALL.into_iter().find(|denial| denial.code() == code)
    }

    /// A stable name, as `yourself`.
    pub fn code(self) -> &'static str {
        match self {
            Denial::SignInRequired => "sign_in_required",
            Denial::Role => "not_allowed",
            Denial::Yourself => "yourself",
            Denial::Protected => "protected",
            Denial::ProtectedGroup => "protected_group",
            Denial::StepUpRequired => "step_up_required",
            Denial::LastSuperAdministrator => "last_super_administrator",
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Denial::SignInRequired => "Sign in first.",
            Denial::Role => "Your administrator role does not include this.",
            Denial::Yourself => "You cannot do this to your own account. Ask another administrator.",
            Denial::Protected => {
                "Only a super administrator can change the account of an administrator or a member of a protected group."
            }
            Denial::ProtectedGroup => "Only a super administrator can change a protected group or its members.",
            Denial::StepUpRequired => "Enter your password again to continue.",
            Denial::LastSuperAdministrator => {
                "This is the last super administrator who can sign in. Make someone else super administrator first."
            }
        })
    }
}

/// Who holds a right, before the target is looked at.
enum Holders {
    Anyone,
    SignedIn,
    /// Super administrators and these.
    Roles(&'static [Role]),
    /// Super administrators who entered their password lately, and these who did.
    SteppedUp(&'static [Role]),
}

/// What the target changes about it.
#[derive(Clone, Copy)]
enum Care {
    /// Nothing.
    Open,
    /// Protected accounts and groups are for super administrators.
    Protect,
    /// As `Protect`, and never one's own account.
    ProtectNotSelf,
}

fn rule(permission: Permission) -> (Holders, Care) {
    use Care::{Open, Protect, ProtectNotSelf};
    use Holders::{Anyone, Roles, SignedIn, SteppedUp};
    use Role::{SsoAdministrator, SystemAdministrator, UserAdministrator};
    const PEOPLE: &[Role] = &[UserAdministrator];
    match permission {
        Permission::ViewAccounts
        | Permission::CreateAccount
        | Permission::ImportAccounts
        | Permission::ExportAccounts
        | Permission::DecideRegistration
        | Permission::SendUsername => (Roles(PEOPLE), Open),
        Permission::UpdateAccount
        | Permission::UpdateEmail
        | Permission::SetPassword
        | Permission::RemoveCredential
        | Permission::EndSessions
        | Permission::ManageGroups
        | Permission::RetryMessage
        | Permission::ViewAccountHistory => (Roles(PEOPLE), Protect),
        Permission::EnableAccount
        | Permission::DisableAccount
        | Permission::LockAccount
        | Permission::UnlockAccount
        | Permission::DeleteAccount => (Roles(PEOPLE), ProtectNotSelf),
        Permission::ProtectGroup
        | Permission::ViewAdministrators
        | Permission::ManageGuardedSettings
        | Permission::ManagePrivilegeTemplates
        | Permission::ViewAuditLog
        | Permission::ManageDatabase => (Roles(&[]), Open),
        Permission::GrantRole | Permission::GrantSuperAdministrator | Permission::RevealMessage => {
            (SteppedUp(&[]), Open)
        }
        Permission::ManageApplications | Permission::ViewSignOnLog => (Roles(&[SsoAdministrator]), Open),
        Permission::ManageSettings
        | Permission::ManageTemplates
        | Permission::ViewOutbox
        | Permission::ManageOutbox => (Roles(&[SystemAdministrator]), Open),
        Permission::ViewAttributes => (Roles(&[UserAdministrator, SystemAdministrator]), Open),
        Permission::ManageOutgoingMail => (SteppedUp(&[SystemAdministrator]), Open),
        Permission::SetUp
        | Permission::Register
        | Permission::RequestRecovery
        | Permission::UseLink
        | Permission::SignIn => (Anyone, Open),
        Permission::ManageOwnAccount => (SignedIn, Open),
    }
}

/// Whether `role` is enough for what `permission` names, when nothing about the moment or the target speaks against it.
pub fn includes(role: Role, permission: Permission) -> bool {
    match rule(permission).0 {
        Holders::Anyone | Holders::SignedIn => true,
        Holders::Roles(roles) | Holders::SteppedUp(roles) => role == Role::SuperAdministrator || roles.contains(&role),
    }
}

/// Whether `actor` may do what `permission` names to `target` at `now`.
///
/// Errors: the reason, the first that applies: sign-in, role, own account, protection, step-up.
pub fn decide(actor: &Actor, permission: Permission, target: Target, now: Timestamp) -> Result<Permit, Denial> {
    let (holders, care) = rule(permission);
    let person = match actor {
        // Whoever commands the machine commands the database; the server keeps house by its own rules.
        Actor::Operator | Actor::System => return Ok(Permit(())),
        Actor::Person(person) => person,
        Actor::Anonymous => {
            return if matches!(holders, Holders::Anyone) { Ok(Permit(())) } else { Err(Denial::SignInRequired) };
        }
    };
    let is_super = person.roles.has(Role::SuperAdministrator);
    let holds = |roles: &[Role]| is_super || roles.iter().any(|role| person.roles.has(*role));
    match holders {
        Holders::Roles(roles) | Holders::SteppedUp(roles) if !holds(roles) => return Err(Denial::Role),
        Holders::Anyone | Holders::SignedIn | Holders::Roles(_) => {}
        Holders::SteppedUp(_) => {
            if now.since(person.authenticated_at) > STEP_UP_AGE {
                return Err(Denial::StepUpRequired);
            }
        }
    }
    let is_guarded = |protected: bool| protected && !is_super && !matches!(care, Care::Open);
    match target {
        Target::Account { id, .. } if matches!(care, Care::ProtectNotSelf) && actor.is(id) => Err(Denial::Yourself),
        Target::Account { protected, .. } if is_guarded(protected) => Err(Denial::Protected),
        Target::Group { protected } if is_guarded(protected) => Err(Denial::ProtectedGroup),
        Target::Organization | Target::Account { .. } | Target::Group { .. } => Ok(Permit(())),
    }
}
