//! The administrator roles; compiled in, so that nobody can edit them.

use std::fmt;

/// A kind of administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// May do everything, and alone may touch other administrators.
    SuperAdministrator,
    /// Manages accounts and groups.
    UserAdministrator,
    /// Manages applications and signing keys (the "SAML Administrator" of Elastic SSO).
    SsoAdministrator,
    /// Manages settings, policies and message templates.
    SystemAdministrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 4] =
        [Role::SuperAdministrator, Role::UserAdministrator, Role::SsoAdministrator, Role::SystemAdministrator];

    /// The three kinds that any account may hold in any combination; the super administrator is managed apart.
    pub const KINDS: [Role; 3] = [Role::UserAdministrator, Role::SsoAdministrator, Role::SystemAdministrator];

    /// A stable name, as `user_administrator`.
    pub fn code(self) -> &'static str {
        match self {
            Role::SuperAdministrator => "super_administrator",
            Role::UserAdministrator => "user_administrator",
            Role::SsoAdministrator => "sso_administrator",
            Role::SystemAdministrator => "system_administrator",
        }
    }

    /// The role with this [`Role::code`].
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// What its holders do, as a sentence.
    pub fn duty(self) -> &'static str {
        match self {
            Role::SuperAdministrator => "Does everything, and alone manages administrators.",
            Role::UserAdministrator => "Manages users and groups.",
            Role::SsoAdministrator => "Manages applications and signing keys.",
            Role::SystemAdministrator => "Manages settings, policies and message templates.",
        }
    }

    fn bit(self) -> i64 {
        1 << self as u8
    }
}

/// The name as people read it.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::SuperAdministrator => "Super administrator",
            Role::UserAdministrator => "User administrator",
            Role::SsoAdministrator => "SSO administrator",
            Role::SystemAdministrator => "System administrator",
        })
    }
}

/// The roles that one account holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(i64);

impl Roles {
    /// No role: an ordinary user.
    pub const NONE: Roles = Roles(0);

    /// The set as a number, one bit a role.
    pub fn bits(self) -> i64 {
        self.0
    }

    /// The set that [`Roles::bits`] told of; unknown bits count for nothing.
    pub fn from_bits(bits: i64) -> Self {
        Role::ALL.into_iter().filter(|role| bits & role.bit() != 0).collect()
    }

    /// Whether `role` is among them.
    pub fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with `role` in it.
    #[must_use]
    pub fn with(self, role: Role) -> Self {
        Roles(self.0 | role.bit())
    }

    /// The set without `role`.
    #[must_use]
    pub fn without(self, role: Role) -> Self {
        Roles(self.0 & !role.bit())
    }

    /// Each role, the mightiest first.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Roles::NONE, Roles::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let roles = Roles::NONE.with(Role::UserAdministrator).with(Role::SystemAdministrator);
        assert_eq!(Roles::from_bits(roles.bits()), roles);
        assert!(roles.has(Role::UserAdministrator) && !roles.has(Role::SuperAdministrator));
        assert_eq!(roles.without(Role::UserAdministrator).iter().collect::<Vec<_>>(), [Role::SystemAdministrator]);
        assert!(Roles::from_bits(1 << 40).is_empty());
    }
}
