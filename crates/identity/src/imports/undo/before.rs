//! What an account had before an import changed it.

use std::collections::BTreeMap;

use base::{Change, GroupId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::accounts::{Account, AccountChange};
use crate::attributes::Values;
use crate::events::FieldChange;

/// What an account had before an import changed it; what it kept is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::imports) struct Before {
    /// Fields of the profile with the values they had.
    values: BTreeMap<String, Option<String>>,
    /// What it had of attributes, of those that were changed.
    custom: Values,
    /// Whether it was enabled, when it was switched.
    pub(super) enabled: Option<bool>,
    /// When its address was proved, in milliseconds, when the address was changed.
    proved_at: Option<i64>,
    /// The groups that it joined.
    pub(super) joined: Vec<GroupId>,
}

impl Before {
    /// What `account` has, as far as the import changes it.
    pub(in crate::imports) fn of(account: &Account, changes: &[FieldChange], switch: Option<bool>) -> Self {
        let (custom, built_in): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.is_custom());
        let values = built_in.into_iter().map(|change| (change.field.to_string(), change.before.clone()));
        let keys = custom.into_iter().filter_map(|change| change.field.strip_prefix("custom."));
        let readdressed = changes.iter().any(|change| change.field == "email");
        Before {
            values: values.collect(),
            custom: keys.map(|key| (key, account.custom.get(key).to_vec())).collect(),
            enabled: switch.map(|to| !to),
            proved_at: account.state.email.verified_at.filter(|_| readdressed).map(Timestamp::as_millis),
            joined: Vec::new(),
        }
    }

    /// Notes that the account joined groups.
    pub(in crate::imports) fn joins(&mut self, groups: Vec<GroupId>) {
        self.joined = groups;
    }

    /// When the address that comes back was proved.
    pub(super) fn proved_at(&self) -> Option<Timestamp> {
        self.proved_at.map(Timestamp::from_millis)
    }

    /// The change that gives the values back.
    pub(super) fn change(&self) -> AccountChange {
        let back = |field: &str| match self.values.get(field) {
            None => Change::Keep,
            Some(None) => Change::Clear,
            Some(Some(value)) => Change::Set(value.clone()),
        };
        AccountChange {
            username: back("username"),
            first_name: back("first_name"),
            last_name: back("last_name"),
            email: back("email"),
            mobile: back("mobile"),
            external_id: back("external_id"),
            custom: self.custom.clone(),
        }
    }
}
