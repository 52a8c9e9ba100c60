//! What an account can be in when its owner signs in: a row of table B.3 each.

use std::time::Duration;

use identity::{accounts, settings};
use serde_json::json;

use crate::World;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Situation {
    /// The name is nobody's.
    Unknown,
    /// Nothing is in the way.
    Enabled,
    /// The registration is not confirmed.
    PendingActivation,
    /// The registration is not approved.
    PendingApproval,
    /// An administrator disabled it.
    Disabled,
    /// An administrator locked it, for a `secret suspicion`.
    Locked,
    /// Too many failed sign-ins locked it.
    FailedAttempts,
    /// Nobody used it for too long.
    Inactive,
    /// It has no password yet.
    NoPassword,
    /// Its password is temporary.
    Temporary,
    /// Its temporary password works no more.
    TemporaryExpired,
    /// An administrator asked for another password.
    ResetRequired,
    /// The password is too old.
    PasswordExpired,
    /// The password is known to others.
    PasswordCompromised,
    /// The address must be verified first.
    EmailUnverified,
    /// The mobile number must be verified first.
    MobileUnverified,
    /// Everything at once that may be told.
    Several,
}

impl Situation {
    /// Every row, in the order of the table.
    pub const ALL: [Situation; 17] = [
        Situation::Unknown,
        Situation::Enabled,
        Situation::PendingActivation,
        Situation::PendingApproval,
        Situation::Disabled,
        Situation::Locked,
        Situation::FailedAttempts,
        Situation::Inactive,
        Situation::NoPassword,
        Situation::Temporary,
        Situation::TemporaryExpired,
        Situation::ResetRequired,
        Situation::PasswordExpired,
        Situation::PasswordCompromised,
        Situation::EmailUnverified,
        Situation::MobileUnverified,
        Situation::Several,
    ];
}

impl World {
    /// Puts `amy` into a situation.
    pub async fn bring(&self, situation: Situation) {
        let (uma, amy) = (self.uma().await, self.cast.amy);
        let now = self.clock.now();
        match situation {
            Situation::Unknown | Situation::Enabled => {}
            Situation::PendingActivation => self.alter(amy, "lifecycle = 'pending_activation'").await,
            Situation::PendingApproval => self.alter(amy, "lifecycle = 'pending_approval'").await,
            Situation::Disabled => {
                let write = self.identity.write(&uma, async |op| accounts::disable(op, amy, None).await);
                write.await.expect("she is disabled");
            }
            Situation::Locked => {
                let terms = accounts::LockTerms { note: Some("secret suspicion".into()), until: None };
                let write = self.identity.write(&uma, async |op| accounts::lock(op, amy, &terms).await);
                write.await.expect("she is locked");
            }
            Situation::FailedAttempts => self.lock_as_server(amy, "failed_attempts").await,
            Situation::Inactive => self.lock_as_server(amy, "inactivity").await,
            Situation::NoPassword => self.forget_password(amy).await,
            Situation::Temporary | Situation::TemporaryExpired => {
                let until = if situation == Situation::Temporary { now.plus(Duration::from_hours(1)) } else { now };
                let set = format!("password_state = 'temporary', temporary_until = {}", until.as_millis());
                self.alter(amy, &set).await;
            }
            Situation::ResetRequired => self.alter(amy, "must_change = 'admin'").await,
            Situation::PasswordExpired => self.alter(amy, "must_change = 'expired'").await,
            Situation::PasswordCompromised => self.alter(amy, "must_change = 'compromised'").await,
            Situation::EmailUnverified => self.insist("require_verified_email").await,
            Situation::MobileUnverified => {
                self.alter(amy, "mobile = '+31205550142'").await;
                self.insist("require_verified_mobile").await;
            }
            Situation::Several => {
                self.insist("require_verified_email").await;
                self.lock_as_server(amy, "inactivity").await;
                self.alter(amy, "lifecycle = 'pending_approval', must_change = 'admin'").await;
            }
        }
    }

    /// Switches a setting on.
    pub async fn insist(&self, key: &str) {
        let operator = self.operator();
        let write = self.identity.write(&operator, async |op| settings::choose(op, key, json!(true)).await);
        write.await.expect("the operator may choose");
    }
}
