//! Changing very many users: the page of the job, while it goes on and when it has ended.

use axum::http::StatusCode;
use base::AccountId;
use identity::access::Role;
use identity::accounts::{self, Status};
use identity::groups::{self, GroupProfile};
use identity::jobs::{self, LEASE};
use identity::{Operation, bulk_changes, memberships};
use testkit::World;

use crate::browser::{Browser, in_a_world};

const BULK: &str = "/console/users/bulk";
const LIST: &str = "/console/users?last=crowd";

/// Very many people called Crowd.
async fn crowd(world: &World) -> Vec<AccountId> {
    let names: Vec<String> = (0..700).map(|number| format!("crowd{number}")).collect();
    let rows: Vec<_> = names.iter().map(|name| ("Some", "Crowd", name.as_str())).collect();
    world.people(&rows).await.into_iter().map(|account| account.id).collect()
}

/// All that match, as the form says it.
fn all<'a>(seen: &'a str, verb: &'a str) -> [(&'a str, &'a str); 5] {
    [("scope", "all"), ("matching", seen), ("return", LIST), ("do", verb), ("confirmed", "1")]
}

/// Does what the worker of a server does until nothing is left.
async fn work(world: &World) {
    let identity = &world.identity;
    while let Some(job) = jobs::take(identity).await.expect("jobs are looked for") {
        let work = async |progress: &jobs::Progress| bulk_changes::carry_out(identity, &job, progress).await;
        jobs::carry_out(identity, &job, work).await.expect("the job is carried out");
    }
}

async fn a_group(world: &World, name: &str) -> base::GroupId {
    let profile = GroupProfile { name: name.into(), ..GroupProfile::default() };
    let make = async |op: &mut Operation<'_>| groups::create(op, profile).await;
    world.identity.write(&world.sophia().await, make).await.expect("a group is made").id
}

#[test]
fn very_many_are_changed_by_a_job_whose_page_tells_how_far_it_is() {
    in_a_world(async |world| {
        let people = crowd(world).await;
        let mut uma = Browser::of(world, "uma").await;
        uma.get(LIST).await;
        let started = uma.post(BULK, &all("700", "disable")).await;
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
        let place = started.location().to_owned();
        assert!(place.starts_with(&format!("{BULK}/")) && place.ends_with("?return=%2Fconsole%2Fusers%3Flast%3Dcrowd"));
        assert_eq!(world.account(people[0]).await.status(), Status::Enabled, "its turn has not come");
        let page = uma.get(&place).await;
        let text = page.text();
        assert!(text.contains("Disabling 700 users") && text.contains("0 of 700 users"), "{text}");
        assert!(text.contains("Waiting to begin") && text.contains("You can leave this page"), "{text}");
        assert!(page.body.contains("<progress") && page.body.contains(">Reload</a></noscript>"), "{}", page.body);
        let list = uma.get("/console/users").await;
        assert!(list.text().contains("Disabling 700 users: 0% done. Show progress"), "{}", list.text());
        let (path, query) = place.split_once('?').expect("the way back");
        let progress = format!("{path}/progress?{query}");
        let fragment = uma.get_fragment(&progress).await;
        assert!(fragment.body.starts_with("<div id=\"progress\" hx-get=\""), "{}", fragment.body);
        assert_eq!(uma.get(&progress).await.location(), place, "without htmx there is the page");

        work(world).await;
        let over = uma.get_fragment(&progress).await;
        assert_eq!((over.status, over.header("hx-redirect")), (StatusCode::NO_CONTENT, place.as_str()));
        let done = uma.get(&place).await;
        let text = done.text();
        assert!(text.contains("700 users disabled") && text.contains("Now disabled (700)"), "{text}");
        assert!(
            text.contains("by Uma User") && done.body.contains(&format!("href=\"{LIST}\">Back to users")),
            "{text}"
        );
        assert_eq!(world.account(people[0]).await.status(), Status::Disabled);
        assert!(!uma.get("/console/users").await.text().contains("% done"));
        // The same once more changes nothing (ES-42).
        let again = uma.post(BULK, &all("700", "disable")).await.location().to_owned();
        work(world).await;
        let text = uma.get(&again).await.text();
        assert!(text.contains("0 users disabled, 700 unchanged") && text.contains("Disabled already (700)"), "{text}");
    });
}

#[test]
fn es_41_the_end_of_a_job_names_some_of_those_that_were_skipped_and_why() {
    in_a_world(async |world| {
        let people = crowd(world).await;
        let vault = a_group(world, "Vault").await;
        let sophia = world.sophia().await;
        let guard = async |op: &mut Operation<'_>| {
            memberships::add_members(op, vault, &people[..60]).await?;
            let profile = GroupProfile { name: "Vault".into(), is_protected: true, ..GroupProfile::default() };
            groups::update(op, vault, None, profile).await
        };
        world.identity.write(&sophia, guard).await.expect("it is protected");
        let mut uma = Browser::of(world, "uma").await;
        uma.get(LIST).await;
        let place = uma.post(BULK, &all("700", "disable")).await.location().to_owned();
        work(world).await;
        let text = uma.get(&place).await.words();
        assert!(text.contains("640 users disabled, 60 skipped"), "{text}");
        assert!(text.contains("a member of a protected group. (60)") && text.contains("and 10 more"), "{text}");
    });
}

#[test]
fn a_job_is_stopped_by_its_starter_and_by_super_administrators() {
    in_a_world(async |world| {
        crowd(world).await;
        world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let mut uma = Browser::of(world, "uma").await;
        uma.get(LIST).await;
        let place = uma.post(BULK, &all("700", "disable")).await.location().to_owned();
        let stop = format!("{}/stop", place.split('?').next().expect("a path"));
        let mut ursula = Browser::of(world, "ursula").await;
        let page = ursula.get(&place).await;
        assert!(page.text().contains("0 of 700 users") && !page.body.contains(">Stop</button>"), "{}", page.body);
        assert_eq!(ursula.post(&stop, &[]).await.status, StatusCode::CONFLICT);
        let mut sophia = Browser::of(world, "sophia").await;
        assert!(sophia.get(&place).await.body.contains("Stop</button>"));
        assert_eq!(sophia.post(&stop, &[("return", LIST)]).await.location(), place);
        assert!(uma.get(&place).await.text().contains("Stopping"));
        work(world).await;
        let text = uma.get(&place).await.text();
        assert!(text.contains("0 users disabled, 700 not reached") && text.contains("It was stopped."), "{text}");
    });
}

#[test]
fn a_job_that_ends_early_says_why() {
    in_a_world(async |world| {
        let people = crowd(world).await;
        let (staff, sophia) = (a_group(world, "Staff").await, world.sophia().await);
        let mut uma = Browser::of(world, "uma").await;
        uma.get(LIST).await;
        let group = staff.to_string();
        let wanted = [&all("700", "group")[..], &[("answer", "1"), ("group", &group)]].concat();
        let place = uma.post(&format!("{BULK}/group"), &wanted).await.location().to_owned();
        assert!(uma.get(&place).await.text().contains("Adding 700 users to Staff"));
        let delete = async |op: &mut Operation<'_>| memberships::delete_group(op, staff).await;
        world.identity.write(&sophia, delete).await.expect("it is deleted");
        work(world).await;
        let text = uma.get(&place).await.text();
        assert!(text.contains("The group was deleted or protected meanwhile."), "{text}");
        assert!(text.contains("Adding 700 users to Staff") && text.contains("700 not reached"), "{text}");

        let place = uma.post(BULK, &all("700", "disable")).await.location().to_owned();
        let revoke =
            async |op: &mut Operation<'_>| accounts::revoke_role(op, world.cast.uma, Role::UserAdministrator).await;
        world.identity.write(&sophia, revoke).await.expect("the role is taken");
        work(world).await;
        assert_eq!(uma.get(&place).await.status, StatusCode::FORBIDDEN);
        let text = Browser::of(world, "sophia").await.get(&place).await.text();
        assert!(text.contains("may not do it any more. What was done stays."), "{text}");
        assert_eq!(world.account(people[0]).await.status(), Status::Enabled);
        world.clock.advance(LEASE);
    });
}

#[test]
fn es_40_very_many_are_deleted_after_the_question_and_the_password() {
    in_a_world(async |world| {
        let people = crowd(world).await;
        let mut uma = Browser::of(world, "uma").await;
        uma.get(LIST).await;
        let path = format!("{BULK}/delete");
        let question = uma.post(&path, &all("700", "delete")[..4]).await;
        assert!(question.text().contains("Delete 700 users?") && question.text().contains("and 675 more"));
        let answer = [&all("700", "delete")[..], &[("answer", "1")]].concat();
        world.clock.advance(std::time::Duration::from_mins(11));
        let late = uma.post(&path, &answer).await;
        assert!(late.status == StatusCode::SEE_OTHER && late.location().starts_with("/reauth"), "{}", late.status);
        uma.get(late.location()).await;
        uma.post("/reauth", &[("password", testkit::PASSWORD)]).await;
        uma.get(LIST).await;
        let place = uma.post(&path, &answer).await.location().to_owned();
        assert!(uma.get(&place).await.text().contains("Deleting 700 users"));
        work(world).await;
        assert!(uma.get(&place).await.text().contains("700 users deleted"));
        assert!(world.find(people[0]).await.is_err());
    });
}

#[test]
fn what_is_no_change_of_users_is_not_found() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        for path in ["unknown".to_owned(), world.cast.amy.to_string()] {
            assert_eq!(uma.get(&format!("{BULK}/{path}")).await.status, StatusCode::NOT_FOUND);
            assert_eq!(uma.get(&format!("{BULK}/{path}/progress")).await.status, StatusCode::NOT_FOUND);
            assert_eq!(uma.post(&format!("{BULK}/{path}/stop"), &[]).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(uma.get(BULK).await.status, StatusCode::METHOD_NOT_ALLOWED);
    });
}
