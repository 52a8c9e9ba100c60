//! Accounts: making, changing, switching, deleting.

use base::Change;
use identity::accounts::{self, AccountChange, ListAnchors, ListQuery};
use testkit::on_each_database;

on_each_database! {
    async fn a_made_account_is_found_and_listed(world: World) {
        let amy = world.person("Bob", "Ng").await;
        assert_eq!(world.account(amy.id).await, amy);
        let page = world.identity.read(&world.uma().await, async |op| {
            accounts::list(op, &ListAnchors::default(), &ListQuery { size: 25, ..ListQuery::default() }).await
        }).await.unwrap();
        let names: Vec<_> = page.accounts.iter().map(|account| account.username.as_str()).collect();
        assert_eq!(names, ["amy", "bob", "sam", "sophia", "sylvia", "uma"]);
    }

    async fn es_126_saving_over_someone_elses_newer_edit_is_refused(world: World) {
        let caller = world.uma().await;
        let change = |name: &str| AccountChange { last_name: Change::Set(name.into()), ..AccountChange::default() };
        let id = world.cast.amy;
        let first = world.identity.write(&caller, async |op| accounts::update(op, id, Some(1), change("One")).await).await;
        assert_eq!(first.unwrap().version, 2);
        let second = world.identity.write(&caller, async |op| accounts::update(op, id, Some(1), change("Two")).await).await;
        assert!(matches!(second, Err(identity::Error::Stale)));
        assert_eq!(world.account(id).await.last_name, "One");
    }
}
