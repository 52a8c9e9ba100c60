//! What happens to people who have an account.

use identity::accounts::{NewAccount, Status};
use identity::imports::{Blank, Choices, Ending, MatchBy, Mode, OnError, Replace};
use identity::settings;
use testkit::{World, on_each_database};

use super::{account, both, crowd, import, run, total};

const CHANGED: &str = "username,first_name,last_name,email,mobile\n\
    AMY,Amelia,Adams,AMY@example.com,\n\
    zoe1,Zoë,Ng,zoe1@example.com,+49 170 1\n";

fn mode(mode: Mode) -> Choices {
    Choices { mode, ..Choices::default() }
}

fn upsert() -> Choices {
    mode(Mode::CreateAndUpdate)
}

async fn verified(world: &World) {
    let new = NewAccount {
        username: "vera".into(),
        first_name: "Vera".into(),
        last_name: "Ng".into(),
        email: "vera@example.com".into(),
        email_verified: true,
        external_id: "v1".into(),
        mobile: "1".into(),
        ..NewAccount::default()
    };
    world.create(new).await.unwrap();
}

on_each_database! {
    async fn es_93_create_only_leaves_people_alone(world: World) {
        assert_eq!(both(&world, CHANGED, mode(Mode::Create)).await.lines(), ["2 SKIPPED EXISTS", "3 CREATED"]);
        assert_eq!(account(&world, "amy").await.unwrap().first_name, "Amy");
    }

    async fn es_93_create_and_update_does_both(world: World) {
        assert_eq!(both(&world, CHANGED, upsert()).await.lines(), ["2 UPDATED", "3 CREATED"]);
        let amy = account(&world, "amy").await.unwrap();
        assert_eq!((amy.username.as_str(), amy.first_name.as_str()), ("amy", "Amelia"));
    }

    async fn es_93_update_only_makes_nobody(world: World) {
        assert_eq!(both(&world, CHANGED, mode(Mode::Update)).await.lines(), ["2 UPDATED", "3 FAILED NOT_FOUND"]);
        assert!(account(&world, "zoe1").await.is_none());
    }

    async fn es_93_people_are_found_by_address_or_external_id(world: World) {
        verified(&world).await;
        let by = |match_by| Choices { match_by, ..mode(Mode::Update) };
        both(&world, "email,username\nVERA@example.com,vera2\n", by(MatchBy::Email)).await;
        assert_eq!(account(&world, "vera2").await.unwrap().external_id.as_deref(), Some("v1"));
        let text = "external_id,username,last_name\nv1,vera3,Öz\n,vera4,Ng\nV1,vera5,Ng\n";
        let done = both(&world, text, by(MatchBy::ExternalId)).await;
        assert_eq!(done.lines(), ["2 UPDATED", "3 FAILED REQUIRED_MISSING", "4 FAILED NOT_FOUND"]);
        assert_eq!(account(&world, "vera3").await.unwrap().last_name, "Öz");
    }

    async fn es_94_a_blank_cell_changes_nothing_unless_chosen(world: World) {
        verified(&world).await;
        let text = "username,email,mobile\nvera,,\n";
        assert_eq!(both(&world, text, upsert()).await.lines(), ["2 UNCHANGED"]);
        assert_eq!(both(&world, text, Choices { blank: Blank::Clear, ..upsert() }).await.lines(), ["2 UPDATED"]);
        let vera = account(&world, "vera").await.unwrap();
        assert_eq!((vera.mobile, vera.email), (None, None));
    }

    async fn es_94_only_empty_fields_are_filled_if_chosen(world: World) {
        verified(&world).await;
        let text = "username,first_name,mobile,external_id\nvera,Other,2,v2\namy,Other,2,a2\n";
        both(&world, text, Choices { replace: Replace::Empty, ..upsert() }).await;
        let (vera, amy) = (account(&world, "vera").await.unwrap(), account(&world, "amy").await.unwrap());
        assert_eq!((vera.first_name.as_str(), vera.mobile.as_deref()), ("Vera", Some("1")));
        assert_eq!((amy.first_name.as_str(), amy.mobile.as_deref()), ("Amy", Some("2")));
    }

    async fn es_95_another_address_is_not_proved(world: World) {
        verified(&world).await;
        both(&world, "username,email\nvera,Vera@Example.com\n", upsert()).await;
        assert!(account(&world, "vera").await.unwrap().state.email.verified_at.is_some());
        both(&world, "username,email,email_verified\nvera,vera@example.net,true\n", upsert()).await;
        assert!(account(&world, "vera").await.unwrap().state.email.verified_at.is_none());
    }

    async fn a_column_switches_people_on_and_off(world: World) {
        both(&world, "username,status\namy,Suspended\n", upsert()).await;
        assert_eq!(account(&world, "amy").await.unwrap().status(), Status::Disabled);
        assert_eq!(both(&world, "username,status\namy,inactive\n", upsert()).await.lines(), ["2 UNCHANGED"]);
        both(&world, "username,status,last_name\namy,1,Öz\n", upsert()).await;
        let amy = account(&world, "amy").await.unwrap();
        assert_eq!((amy.status(), amy.last_name.as_str()), (Status::Enabled, "Öz"));
    }

    async fn f_4_the_second_run_changes_nothing(world: World) {
        let text = crowd(0, 1_203);
        let first = both(&world, &text, upsert()).await;
        assert_eq!(first.counts(), [("CREATED", 1_203)].into());
        let before = account(&world, "person7").await.unwrap();
        world.clock.advance(std::time::Duration::from_mins(1));
        let second = both(&world, &text, upsert()).await;
        assert_eq!(second.counts(), [("UNCHANGED", 1_203)].into());
        assert_eq!(account(&world, "person7").await.unwrap(), before);
        assert_eq!(total(&world).await, 5 + 1_203);
    }

    async fn many_updates_are_each_their_own(world: World) {
        run(&world, &import(&crowd(0, 600), Choices::default())).await;
        let changed = crowd(0, 600).replace("Müller", "Meyer").replace("person3@", "amy@");
        let done = both(&world, &changed, mode(Mode::Update)).await;
        assert_eq!(done.counts(), [("FAILED", 1), ("UPDATED", 599)].into());
        assert_eq!(done.rows[3].problems[0].code, "EMAIL_TAKEN");
        assert_eq!(account(&world, "person3").await.unwrap().last_name, "Müller");
    }

    async fn es_84_a_faulty_row_is_skipped_or_ends_it_or_undoes_it(world: World) {
        let faulty = |from| crowd(from, from + 100).replace(&format!("person{}@", from + 49), "@");
        let choice = |on_error| Choices { on_error, ..Choices::default() };
        let skip = both(&world, &faulty(0), choice(OnError::Skip)).await;
        assert_eq!((skip.report.totals.created, skip.report.ending), (99, Ending::Completed));
        let stop = both(&world, &faulty(100), choice(OnError::Stop)).await;
        assert_eq!((stop.report.totals.created, stop.report.totals.failed, stop.report.ending), (49, 1, Ending::Failed));
        let all = both(&world, &faulty(200), choice(OnError::AllOrNothing)).await;
        assert_eq!((all.report.totals.created, all.report.totals.skipped, all.report.ending), (0, 99, Ending::Failed));
        assert!(account(&world, "person200").await.is_none());
        assert_eq!(total(&world).await, 5 + 99 + 49);
        let good = both(&world, &crowd(300, 310), choice(OnError::AllOrNothing)).await;
        assert_eq!(good.report.totals.created, 10);
    }

    async fn the_license_limit_holds_row_by_row(world: World) {
        let sophia = world.sophia().await;
        let limit = serde_json::json!(5 + 700);
        world.identity.write(&sophia, async |op| settings::choose(op, "site_user_limit", limit).await).await.unwrap();
        let done = both(&world, &crowd(0, 705), Choices::default()).await;
        assert_eq!(done.counts(), [("CREATED", 700), ("FAILED", 5)].into());
        assert_eq!(done.rows[704].problems[0].code, "LICENSE_LIMIT");
    }
}
