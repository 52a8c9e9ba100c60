//! What a person is offered to do to an account.

use identity::access::Permission;
use identity::accounts::{Account, Status};

use crate::caller::Member;
use crate::site::Site;

/// What a person is offered to do to one account: what their roles allow and its state has a use for.
pub(crate) struct Offers(Vec<Permission>);

impl Offers {
    /// What `member` is offered to do to `account`. The core asks again when it is done.
    pub(super) fn new(site: &Site, member: &Member, account: &Account) -> Self {
        let status = account.status();
        let all = [
            (Permission::UpdateAccount, true),
            (Permission::EnableAccount, status == Status::Disabled),
            (Permission::DisableAccount, status == Status::Enabled),
            (Permission::DeleteAccount, true),
            (Permission::ViewAccountHistory, true),
            (Permission::ViewAdministrators, true),
        ];
        let offered =
            all.into_iter().filter(|(permission, fits)| *fits && member.may(site, *permission, account.target()));
        Offers(offered.map(|(permission, _)| permission).collect())
    }

    pub(crate) fn update(&self) -> bool {
        self.0.contains(&Permission::UpdateAccount)
    }

    pub(crate) fn enable(&self) -> bool {
        self.0.contains(&Permission::EnableAccount)
    }

    pub(crate) fn disable(&self) -> bool {
        self.0.contains(&Permission::DisableAccount)
    }

    pub(crate) fn delete(&self) -> bool {
        self.0.contains(&Permission::DeleteAccount)
    }

    pub(crate) fn history(&self) -> bool {
        self.0.contains(&Permission::ViewAccountHistory)
    }

    pub(crate) fn roles(&self) -> bool {
        self.0.contains(&Permission::ViewAdministrators)
    }

    /// Whether there is anything in the danger zone.
    pub(crate) fn danger(&self) -> bool {
        self.enable() || self.disable() || self.delete()
    }
}
