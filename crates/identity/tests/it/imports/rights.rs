//! Who may import, and whom.

use identity::access::{Denial, Role};
use identity::imports::{Choices, Mode};
use identity::{Error, accounts, audit};
use testkit::on_each_database;

use super::{account, both, import, rehearse, run_as, total};

fn upsert() -> Choices {
    Choices { mode: Mode::CreateAndUpdate, ..Choices::default() }
}

on_each_database! {
    async fn es_72_only_those_who_manage_people_import(world: World) {
        let sam = world.caller(world.cast.sam).await;
        let refused = run_as(&world, &sam, &import("username\nzoe1\n", Choices::default())).await;
        assert!(matches!(refused, Err(Error::Denied(Denial::Role))));
        assert_eq!(total(&world).await, 5);
    }

    async fn es_95_administrators_and_oneself_are_protected(world: World) {
        let text = "username,email\nsophia,s@example.net\numa,u@example.net\namy,a@example.net\n";
        let done = both(&world, text, upsert()).await;
        assert_eq!(done.lines(), ["2 FAILED TARGET_PROTECTED", "3 FAILED TARGET_PROTECTED", "4 UPDATED"]);
        assert_eq!(account(&world, "sophia").await.unwrap().email.as_deref(), Some("sophia@example.com"));
        let sophia = world.sophia().await;
        let done = run_as(&world, &sophia, &import(text, upsert())).await.unwrap();
        assert_eq!(done.lines(), ["2 UPDATED", "3 UPDATED", "4 UNCHANGED"]);
    }

    async fn rows_that_change_nothing_need_no_right(world: World) {
        let done = both(&world, "username,email\nsophia,sophia@example.com\n", upsert()).await;
        assert_eq!(done.lines(), ["2 UNCHANGED"]);
    }

    async fn the_last_super_administrator_is_not_disabled_by_a_file(world: World) {
        let operator = world.operator();
        let done = run_as(&world, &operator, &import("username,status\nsophia,no\namy,no\n", upsert())).await.unwrap();
        assert_eq!(done.lines(), ["2 FAILED TARGET_PROTECTED", "3 UPDATED"]);
        world.identity.write(&world.sophia().await, async |op| {
            accounts::grant_role(op, world.cast.sam, Role::SuperAdministrator).await
        }).await.unwrap();
        let both = "username,status\nsophia,no\nsam,no\n";
        let done = run_as(&world, &operator, &import(both, upsert())).await.unwrap();
        assert_eq!(done.counts(), [("FAILED", 2)].into());
        assert!(account(&world, "sophia").await.unwrap().state.enabled);
    }

    async fn es_74_a_dry_run_leaves_no_trace(world: World) {
        let before = world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.unwrap();
        let import = import("username,email\nsophia,s@example.net\namy,a@example.net\nzoe1,z@example.net\n", upsert());
        rehearse(&world, &import).await;
        assert_eq!(world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.unwrap(), before);
        let history = world.identity.read(&world.sophia().await, async |op| {
            audit::history(op, world.cast.sophia, true, None, 100).await
        }).await.unwrap();
        assert!(history.iter().all(|entry| entry.event != "refused"));
        assert_eq!(world.account(world.cast.amy).await.version, 1);
    }

    async fn es_103_each_account_has_its_entry_with_the_import_as_its_request(world: World) {
        let done = both(&world, "username,email\namy,a@example.net\nzoe1,z@example.net\n", upsert()).await;
        let import: uuid::Uuid = done.report.import.unwrap().into();
        for (row, event) in done.rows.iter().zip(["account_updated", "account_created"]) {
            let account = row.account.unwrap();
            let history = world.identity.read(&world.sophia().await, async |op| {
                audit::history(op, account, false, None, 100).await
            }).await.unwrap();
            let entries: Vec<_> = history.iter().filter(|entry| uuid::Uuid::from(entry.request) == import).collect();
            assert_eq!(entries.len(), 1);
            assert_eq!((entries[0].event.as_str(), entries[0].door.as_str()), (event, "import"));
        }
    }
}
