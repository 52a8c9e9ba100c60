//! What can be done to an account, by its status.

use base::{AccountId, Change};
use identity::access::Role;
use identity::accounts::{self, AccountChange, Decision, Status};
use testkit::{PASSWORD, World, on_each_database};

use super::{code, confirmed, decide, open, registered, typed};

const OPERATIONS: [&str; 9] =
    ["activate", "approve", "reject", "update", "set password", "disable", "enable", "grant role", "delete"];

/// An account with `status`.
async fn account(world: &World, status: Status, name: &str) -> AccountId {
    let operator = world.operator();
    match status {
        Status::PendingActivation => registered(world, name).await.0.id,
        Status::PendingApproval => confirmed(world, name).await.id,
        Status::Enabled => world.person(name, "Enabled").await.id,
        Status::Disabled => {
            let id = world.person(name, "Disabled").await.id;
            world.identity.write(&operator, async |op| accounts::disable(op, id, None).await).await.unwrap();
            id
        }
    }
}

/// Tries one operation; answers `done`, `unchanged` when it was so already, or the code of the refusal.
async fn attempt(world: &World, operation: &str, id: AccountId) -> &'static str {
    let (identity, caller) = (&world.identity, &world.sophia().await);
    let before = world.account(id).await;
    let change = AccountChange { first_name: Change::Set("Another".into()), ..AccountChange::default() };
    let code = match operation {
        "activate" => code(&decide(identity, caller, Decision::Activate, id).await),
        "approve" => code(&decide(identity, caller, Decision::Approve, id).await),
        "reject" => code(&decide(identity, caller, Decision::Reject, id).await),
        "update" => code(&identity.write(caller, async |op| accounts::update(op, id, None, change).await).await),
        "set password" => code(&accounts::set_password(identity, caller, id, typed(PASSWORD)).await),
        "disable" => code(&identity.write(caller, async |op| accounts::disable(op, id, None).await).await),
        "enable" => code(&identity.write(caller, async |op| accounts::enable(op, id).await).await),
        "grant role" => {
            let role = Role::UserAdministrator;
            code(&identity.write(caller, async |op| accounts::grant_role(op, id, role).await).await)
        }
        "delete" => code(&identity.write(caller, async |op| accounts::delete(op, id).await).await),
        other => panic!("{other} is no operation"),
    };
    let is_changed = world.find(id).await.ok().is_none_or(|after| after.version != before.version);
    match (code, is_changed) {
        ("done", false) => "unchanged",
        ("done", true) => "done",
        (refusal, false) => refusal,
        (refusal, true) => panic!("{operation} was refused ({refusal}) and changed the account"),
    }
}

on_each_database! {
    async fn es_106_what_the_status_has_no_use_for_is_refused(world: World) {
        open(&world).await;
        let agreed = [
            (Status::PendingActivation, ["done", "not_confirmed", "not_confirmed", "done", "pending", "pending", "pending", "pending", "done"]),
            (Status::PendingApproval, ["already_confirmed", "done", "done", "done", "pending", "pending", "pending", "pending", "done"]),
            (Status::Enabled, ["not_pending", "not_pending", "not_pending", "done", "done", "done", "unchanged", "done", "done"]),
            (Status::Disabled, ["not_pending", "not_pending", "not_pending", "done", "done", "unchanged", "done", "done", "done"]),
        ];
        for (status, answers) in agreed {
            for (n, (operation, answer)) in OPERATIONS.iter().zip(answers).enumerate() {
                let id = account(&world, status, &format!("{}{n}", status.code().replace('_', ""))).await;
                assert_eq!(attempt(&world, operation, id).await, answer, "{operation}, {status}");
            }
        }
    }
}
