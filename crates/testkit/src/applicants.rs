//! People who register themselves.

use base::Secret;
use identity::accounts::{self, Account, Applicant, Registered, TypedPassword};
use identity::settings;
use serde_json::json;

use crate::World;

impl World {
    /// Lets people register, and somebody does: not confirmed yet, with the link that would.
    /// The username is what ASCII letters the name has.
    pub async fn registered(&self, first_name: &str) -> (Account, Secret) {
        let operator = self.operator();
        let opened = self.identity.write(&operator, async |op| settings::choose(op, "registration", json!(true)).await);
        opened.await.expect("the operator may choose");
        let username: String = first_name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let applicant = Applicant {
            email: format!("{username}@partner.example"),
            username,
            first_name: first_name.into(),
            last_name: "Banerjee".into(),
            ..Applicant::default()
        };
        let password = || Secret::new(crate::PASSWORD);
        let typed = TypedPassword { password: password(), repeated: password(), temporary: false };
        let made = accounts::register_with_password(&self.identity, &self.stranger(), &applicant, typed).await;
        match made.expect("anybody may register") {
            Registered::Made { account, link: Some(link) } => (*account, link),
            other => panic!("there is nothing to confirm: {other:?}"),
        }
    }

    /// Somebody who registered and confirmed it, and waits for approval.
    pub async fn confirmed(&self, first_name: &str) -> Account {
        let (_, link) = self.registered(first_name).await;
        let stranger = self.stranger();
        let write = self.identity.write(&stranger, async |op| accounts::confirm_registration(op, &link).await);
        write.await.expect("the link works")
    }
}
