//! Groups in the console: the list, one group, the groups of a user, many users at once.

use axum::http::StatusCode;
use base::{AccountId, GroupId};
use identity::access::Denial;
use identity::groups::{self, GroupProfile};
use identity::memberships;
use testkit::World;

use crate::browser::{Answer, Browser, between, in_a_world};

const LIST: &str = "/console/groups";

/// A group that a super administrator made, with these accounts in it.
async fn made(world: &World, name: &str, is_protected: bool, members: &[AccountId]) -> GroupId {
    let profile = GroupProfile { name: name.into(), description: String::new(), is_protected };
    let make = async |op: &mut identity::Operation<'_>| {
        let group = groups::create(op, profile).await?.id;
        memberships::add_members(op, group, members).await?;
        Ok(group)
    };
    world.identity.write(&world.sophia().await, make).await.expect("a group is made")
}

async fn names_of(world: &World, account: AccountId) -> Vec<String> {
    let read = async |op: &mut identity::Operation<'_>| memberships::groups_of(op, account).await;
    let found = world.identity.read(&world.operator(), read).await.expect("they are read");
    found.into_iter().map(|membership| membership.group.name).collect()
}

async fn members(world: &World, group: GroupId) -> u64 {
    let read = async |op: &mut identity::Operation<'_>| groups::find(op, group).await;
    world.identity.read(&world.operator(), read).await.expect("it is there").members
}

/// The boxes of a page that can be ticked.
fn boxes(page: &Answer) -> usize {
    page.body.matches("type=\"checkbox\"").count() - page.body.matches(" disabled><span>").count()
}

/// Sixty people called Crowd.
async fn crowd(world: &World) -> Vec<AccountId> {
    let names: Vec<String> = (0..60).map(|number| format!("crowd{number}")).collect();
    let rows: Vec<_> = names.iter().map(|name| ("Some", "Crowd", name.as_str())).collect();
    world.people(&rows).await.into_iter().map(|account| account.id).collect()
}

#[test]
fn es_200_a_group_is_created_found_changed_and_deleted() {
    in_a_world(async |world| {
        let mut uma = Browser::of(world, "uma").await;
        assert!(uma.get(LIST).await.text().contains("No groups yet"));
        assert!(!uma.get("/console/groups/new").await.body.contains("name=\"protected\""), "that is not for her");
        let blank = uma.post(LIST, &[("name", " ")]).await;
        assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(blank.text().contains("Enter a name"));
        let created = uma.post(LIST, &[("name", "Law <faculty>"), ("description", "Teaches law")]).await;
        assert_eq!(created.status, StatusCode::SEE_OTHER);
        let place = created.location().to_owned();
        let page = uma.get(&place).await;
        assert!(page.text().contains("Group created") && page.body.contains("Law &#60;faculty&#62;"), "{}", page.body);
        let again = uma.post(LIST, &[("name", "LAW <FACULTY>")]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text().contains("There is a group of this name already"));
        assert!(uma.get("/console/groups?q=LAW").await.text().contains("Teaches law"));
        assert!(uma.get("/console/groups?q=zoo").await.text().contains("No groups match"));

        let settings = format!("{place}/settings");
        let form = uma.get(&settings).await;
        let version = between(&form.body, "name=\"version\" value=\"", "\"").expect("a version").to_owned();
        let saved = uma.post(&settings, &[("version", &version), ("name", "Law")]).await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, place.as_str()));
        let stale = uma.post(&settings, &[("version", &version), ("name", "Justice")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.text().contains("changed meanwhile: it is “Law”"), "{}", stale.text());
        let version = between(&stale.body, "name=\"version\" value=\"", "\"").expect("a version").to_owned();
        assert_eq!(
            uma.post(&settings, &[("version", &version), ("name", "Justice")]).await.status,
            StatusCode::SEE_OTHER
        );

        let delete = format!("{place}/delete");
        assert!(uma.get(&delete).await.text().contains("Delete Justice?"));
        assert_eq!(uma.post(&delete, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(uma.post(&delete, &[("confirmed", "1")]).await.location(), LIST);
        assert_eq!(uma.get(&place).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn es_200_groups_are_for_user_and_super_administrators() {
    in_a_world(async |world| {
        let staff = made(world, "Staff", false, &[]).await;
        for username in ["amy", "sam", "sylvia"] {
            let mut browser = Browser::of(world, username).await;
            for path in [LIST.to_owned(), format!("{LIST}/{staff}"), format!("{LIST}/new")] {
                assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN, "{username} {path}");
            }
            assert!(!browser.get("/account").await.body.contains(LIST), "{username}");
        }
        let menu = Browser::of(world, "uma").await.get("/console/users").await;
        assert!(menu.body.contains("href=\"/console/groups\""));
        let sophia = Browser::of(world, "sophia").await.get("/console/groups/new").await;
        assert!(sophia.body.contains("name=\"protected\""));
    });
}

#[test]
fn members_are_found_added_listed_and_removed() {
    in_a_world(async |world| {
        crowd(world).await;
        let staff = made(world, "Staff", false, &[]).await;
        let (place, mut uma) = (format!("{LIST}/{staff}"), Browser::of(world, "uma").await);
        assert!(uma.get(&place).await.text().contains("Nobody is in this group"));
        let search = format!("{place}/add");
        assert_eq!(boxes(&uma.get(&search).await), 0, "nobody is offered before somebody is looked for");
        let found = uma.get(&format!("{search}?q=crowd")).await;
        assert_eq!(boxes(&found), 50);
        assert!(found.text().contains("10 more match"));
        let nobody = uma.post(&search, &[("q", "amy")]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.text().contains("Tick at least one user") && nobody.body.contains("Amy Adams"));
        let [amy, sam] = [world.cast.amy, world.cast.sam].map(|id| id.to_string());
        let added = uma.post(&search, &[("id", &amy)]).await;
        assert_eq!((added.status, added.location()), (StatusCode::SEE_OTHER, place.as_str()));
        let page = uma.get(&place).await;
        assert!(page.text().contains("1 user added") && page.body.contains(">amy<"), "{}", page.text());
        assert!(uma.get(&format!("{search}?q=amy")).await.text().contains("Member already"));
        // An administrator can't be added by her: the page says who and why.
        let partly = uma.post(&search, &[("id", &amy), ("id", &sam)]).await;
        assert_eq!(partly.status, StatusCode::OK);
        let text = partly.text();
        assert!(
            text.contains("0 users added, 1 unchanged, 1 skipped") && text.contains(&Denial::Protected.to_string()),
            "{text}"
        );
        let removed = uma.post(&format!("{place}/remove"), &[("id", &amy)]).await;
        assert_eq!(removed.location(), place);
        assert!(uma.get(&place).await.text().contains("1 user removed"));
        assert_eq!(members(world, staff).await, 0);
        assert_eq!(uma.post(&format!("{place}/remove"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn members_are_paged_sorted_and_searched_like_users() {
    in_a_world(async |world| {
        let people = crowd(world).await;
        let staff = made(world, "Staff", false, &people).await;
        let (place, mut uma) = (format!("{LIST}/{staff}"), Browser::of(world, "uma").await);
        let first = uma.get(&place).await;
        assert!(first.text().contains("1–25 of 60 members"), "{}", first.text());
        assert_eq!(first.body.matches("class=\"rowcheck\"").count(), 25);
        assert!(first.body.contains(&format!("{place}?page=2&#38;after=")), "the next page follows the last row");
        assert!(uma.get(&format!("{place}?page=3")).await.text().contains("51–60 of 60 members"));
        let found = uma.get(&format!("{place}?q=crowd7")).await;
        assert!(found.text().contains("1–1 of 1 members"), "{}", found.text());
        assert!(uma.get(&format!("{place}?q=amy")).await.text().contains("No members match"));
        let fragment = uma.get_fragment(&format!("{place}?sort=username&dir=desc")).await;
        assert!(!fragment.body.contains("<html") && fragment.body.contains("aria-sort=\"descending\""));
    });
}

#[test]
fn es_200_all_members_that_match_are_taken_out_after_a_question() {
    in_a_world(async |world| {
        let people = crowd(world).await;
        let staff = made(world, "Staff", false, &[&people[..], &[world.cast.amy]].concat()).await;
        let (place, mut uma) = (format!("{LIST}/{staff}"), Browser::of(world, "uma").await);
        let page = uma.get(&format!("{place}?q=crowd&select=page")).await;
        assert!(page.text().contains("Select all 60 members that match"), "{}", page.text());
        let narrowed = format!("{place}?q=crowd");
        let page = uma.get(&format!("{narrowed}&select=all")).await;
        assert!(page.text().contains("All 60 members that match this filter are selected."), "{}", page.text());
        assert!(page.body.contains(&format!("hx-post=\"{place}/remove\"")), "{}", page.body);
        assert_eq!(page.body.matches(" checked aria-label").count(), 26, "the rows and the heading");
        let all = |seen: &'static str| [("scope", "all"), ("matching", seen), ("return", narrowed.as_str())];
        let remove = format!("{place}/remove");
        let question = uma.post(&remove, &all("60")).await;
        assert!(question.text().contains("Remove 60 users from Staff?"), "{}", question.text());
        let confirmed = |seen| [&all(seen)[..], &[("confirmed", "1")]].concat();
        let changed = uma.post(&remove, &confirmed("59")).await;
        assert!(changed.text().contains("The list changed meanwhile"), "{}", changed.text());
        assert_eq!(members(world, staff).await, 61);
        // A return to elsewhere is none: nothing narrows the members then.
        let astray = [("scope", "all"), ("matching", "60"), ("return", "/console/users?q=crowd")];
        assert!(uma.post(&remove, &astray).await.text().contains("Remove 61 users"));
        let done = uma.post(&remove, &confirmed("60")).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, narrowed.as_str()));
        assert!(uma.get(&place).await.text().contains("60 users removed"));
        assert_eq!(members(world, staff).await, 1);
        let vault = made(world, "Vault", true, &people).await;
        let refused = uma.post(&format!("{LIST}/{vault}/remove"), &all("60")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn htmx_gets_the_questions_about_groups_as_dialogs() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        let first = made(world, "First", false, &[]).await.to_string();
        let second = made(world, "Second", false, &[amy]).await.to_string();
        let mut uma = Browser::of(world, "uma").await;
        let add = format!("/console/users/{amy}/groups/add");
        let page = uma.get(&add).await;
        assert!(page.body.contains("Groups <span class=\"count\">1</span>"), "the tab counts: {}", page.body);
        let dialog = uma.get_fragment(&add).await;
        assert!(dialog.body.trim_start().starts_with("<dialog") && dialog.body.contains("name=\"csrf\""));
        assert!(dialog.text().contains("Add Amy Adams to groups") && boxes(&dialog) == 1, "{}", dialog.text());
        // Looking for others keeps what was ticked, and adds to nothing.
        let looked = uma.post(&format!("{add}?look=1"), &[("q", "zzz"), ("group", &first)]).await;
        assert_eq!(looked.status, StatusCode::OK);
        assert!(looked.body.contains(&format!("value=\"{first}\" checked")), "{}", looked.body);
        let nothing = uma.post(&format!("{add}?look=1"), &[("q", "zzz")]).await;
        assert!(nothing.text().contains("No groups match “zzz” that Amy is not in already."), "{}", nothing.text());
        assert_eq!(names_of(world, amy).await, ["Second"]);

        let amy = amy.to_string();
        let chosen = [("id", amy.as_str()), ("return", "/console/users")];
        let bulk = "/console/users/bulk/group";
        let dialog = uma.post_fragment(bulk, &chosen).await;
        assert!(dialog.body.trim_start().starts_with("<dialog"), "{}", dialog.body);
        assert!(dialog.text().contains("Add 1 user to groups") && boxes(&dialog) == 2, "{}", dialog.text());
        let looking = [&chosen[..], &[("answer", "1"), ("q", "sec"), ("group", &first)]].concat();
        let looked = uma.post_fragment(&format!("{bulk}?look=1"), &looking).await;
        assert!(looked.body.contains(&format!("value=\"{first}\" checked")) && looked.body.contains(&second));
        assert_eq!(world.audited("group_joined").await.len(), 1, "nobody was added by looking");

        let staff = made(world, "Staff", false, &crowd(world).await).await;
        let all = [("scope", "all"), ("matching", "60")];
        let dialog = uma.post_fragment(&format!("{LIST}/{staff}/remove"), &all).await;
        assert!(dialog.body.trim_start().starts_with("<dialog"), "{}", dialog.body);
        assert!(dialog.text().contains("Remove 60 users from Staff?"), "{}", dialog.text());
    });
}

#[test]
fn es_200_the_list_of_groups_is_walked_page_by_page() {
    in_a_world(async |world| {
        for number in 0..60 {
            made(world, &format!("Choir {number:02}"), false, &[]).await;
        }
        let mut uma = Browser::of(world, "uma").await;
        let first = uma.get("/console/groups?sort=members&dir=desc").await;
        assert!(first.text().contains("1–25 of 60 groups"), "{}", first.text());
        let next = between(&first.body, "aria-label=\"Next page\" hx-get=\"", "\"").expect("a next page");
        assert!(next.contains("page=2") && next.contains("after="), "{next}");
        let second = uma.get(&next.replace("&#38;", "&")).await;
        assert!(
            second.text().contains("26–50 of 60 groups") && second.body.contains(">Choir 25<"),
            "{}",
            second.text()
        );
        let previous = between(&second.body, "aria-label=\"Previous page\" hx-get=\"", "\"").expect("a page before");
        assert!(previous.contains("before="), "{previous}");
        let back = uma.get(&previous.replace("&#38;", "&")).await;
        assert!(back.text().contains("1–25 of 60 groups") && back.body.contains(">Choir 00<"), "{}", back.text());
        assert!(uma.get("/console/groups?page=3").await.text().contains("51–60 of 60 groups"));
        assert!(uma.get("/console/groups?page=99").await.text().contains("51–60 of 60 groups"));
    });
}

#[test]
fn es_153_the_groups_that_a_user_is_not_in_can_be_ticked_and_added() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        made(world, "First", false, &[amy]).await;
        let second = made(world, "Second", false, &[]).await.to_string();
        let third = made(world, "Third", false, &[]).await.to_string();
        let mut uma = Browser::of(world, "uma").await;
        let path = format!("/console/users/{amy}/groups");
        let page = uma.get(&format!("{path}/add")).await;
        assert_eq!(boxes(&page), 2);
        assert!(page.text().contains("Second") && page.text().contains("Third") && !page.text().contains("First"));
        assert!(page.body.contains(">Add group memberships</button>"));
        let none = uma.post(&format!("{path}/add"), &[]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        let added = uma.post(&format!("{path}/add"), &[("group", &second), ("group", &third)]).await;
        assert_eq!((added.status, added.location()), (StatusCode::SEE_OTHER, path.as_str()));
        assert!(uma.get(&path).await.text().contains("Added to 2 groups"));
        assert_eq!(names_of(world, amy).await, ["First", "Second", "Third"]);
        let removed = uma.post(&format!("{path}/remove"), &[("group", &second)]).await;
        assert_eq!(removed.location(), path);
        assert_eq!(names_of(world, amy).await, ["First", "Third"]);
        let profile = uma.get(&format!("/console/users/{amy}")).await;
        assert!(profile.body.contains("<span class=\"tag\">Third</span>"), "ES-104: the profile names them");
    });
}

#[test]
fn es_154_without_a_group_to_add_a_message_says_why() {
    in_a_world(async |world| {
        let (amy, mut uma) = (world.cast.amy, Browser::of(world, "uma").await);
        let path = format!("/console/users/{amy}/groups/add");
        let none = uma.get(&path).await;
        made(world, "First", false, &[amy]).await;
        let all = uma.get(&path).await;
        assert!(none.text().contains("There are no groups yet."), "{}", none.text());
        assert!(all.text().contains("Amy Adams is already a member of every group."), "{}", all.text());
        for page in [none, all] {
            assert_eq!(page.status, StatusCode::OK);
            assert!(!page.body.contains("Add group memberships"));
        }
    });
}

#[test]
fn es_155_forged_unknown_and_protected_groups_are_refused_and_the_others_added() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        let club = made(world, "Club", false, &[]).await.to_string();
        let vault = made(world, "Vault", true, &[]).await.to_string();
        let unknown = amy.to_string();
        let mut uma = Browser::of(world, "uma").await;
        let path = format!("/console/users/{amy}/groups/add");
        assert!(uma.get(&path).await.text().contains("Protected: only a super administrator can change it"));
        let partly = uma.post(&path, &[("group", &unknown), ("group", &vault), ("group", &club)]).await;
        let text = partly.text();
        assert!(text.contains("Added to 1 group") && text.contains("no longer exists"), "{text}");
        assert!(text.contains(&Denial::ProtectedGroup.to_string()), "{text}");
        assert_eq!(names_of(world, amy).await, ["Club"]);
        let again = uma.post(&path, &[("group", &club)]).await;
        assert!(again.text().contains("A member already"), "{}", again.text());
    });
}

#[test]
fn users_are_added_to_groups_from_their_list() {
    in_a_world(async |world| {
        let people = crowd(world).await;
        let mut uma = Browser::of(world, "uma").await;
        let bulk = "/console/users/bulk/group";
        uma.get("/console/users").await;
        let two: Vec<String> = people[..2].iter().map(ToString::to_string).collect();
        let chosen = [("id", two[0].as_str()), ("id", two[1].as_str()), ("return", "/console/users?last=crowd")];
        let none = uma.post(bulk, &chosen).await;
        assert!(none.text().contains("There are no groups yet"), "{}", none.text());
        let staff = made(world, "Staff", false, &people[..1]).await;
        let club = made(world, "Club", false, &[]).await;
        let (staff_id, club_id) = (staff.to_string(), club.to_string());
        let question = uma.post(bulk, &chosen).await;
        assert!(question.text().contains("Add 2 users to groups") && boxes(&question) == 2, "{}", question.text());
        let unanswered = uma.post(bulk, &[&chosen[..], &[("answer", "1")]].concat()).await;
        assert_eq!(unanswered.status, StatusCode::UNPROCESSABLE_ENTITY);
        let searched = uma.post(bulk, &[&chosen[..], &[("q", "clu"), ("group", &staff_id)]].concat()).await;
        assert!(searched.body.contains(&format!("value=\"{staff_id}\" checked")), "what was ticked stays");
        let done = uma
            .post(bulk, &[&chosen[..], &[("answer", "1"), ("group", &staff_id), ("group", &club_id)]].concat())
            .await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/console/users?last=crowd"));
        assert_eq!((members(world, staff).await, members(world, club).await), (2, 2));

        // All that match, on every page; the number that was seen must be the number that is there.
        let all = |seen: &'static str| {
            [("scope", "all"), ("matching", seen), ("return", "/console/users?last=crowd"), ("answer", "1")]
        };
        let changed = uma.post(bulk, &[&all("59")[..], &[("group", &club_id)]].concat()).await;
        assert!(changed.text().contains("The list changed meanwhile"), "{}", changed.text());
        assert_eq!(members(world, club).await, 2);
        let partly = uma.post(bulk, &[&all("60")[..], &[("group", &club_id)]].concat()).await;
        assert!(partly.text().contains("58 users added, 2 unchanged"), "{}", partly.text());
        assert_eq!(members(world, club).await, 60);
    });
}

#[test]
fn es_31_the_list_of_users_is_narrowed_to_a_group() {
    in_a_world(async |world| {
        let people = crowd(world).await;
        let staff = made(world, "Staff", false, &people[..3]).await;
        let mut uma = Browser::of(world, "uma").await;
        let panel = uma.get("/console/users?advanced=1").await;
        assert!(panel.body.contains(&format!("<option value=\"{staff}\">Staff</option>")));
        let list = uma.get(&format!("/console/users?group={staff}")).await;
        assert_eq!(list.usernames(), ["crowd0", "crowd1", "crowd2"]);
        assert!(list.text().contains("Group: Staff"));
        let both = uma.get(&format!("/console/users?group={staff}&username=crowd2")).await;
        assert_eq!(both.usernames(), ["crowd2"]);
        let gone = uma.get(&format!("/console/users?group={}", world.cast.amy)).await;
        assert!(gone.text().contains("No users match") && gone.text().contains("Group: no longer there"));
    });
}

#[test]
fn a_protected_group_and_its_members_are_for_super_administrators() {
    in_a_world(async |world| {
        let amy = world.cast.amy;
        let vault = made(world, "Vault", true, &[amy]).await;
        let place = format!("{LIST}/{vault}");
        let mut uma = Browser::of(world, "uma").await;
        let page = uma.get(&place).await;
        assert!(page.text().contains("This group is protected.") && !page.body.contains("rowcheck"));
        assert_eq!(uma.get(&format!("{place}/add")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(uma.get(&format!("{place}/delete")).await.status, StatusCode::FORBIDDEN);
        let amy_id = amy.to_string();
        for (path, fields) in [
            ("remove", vec![("id", amy_id.as_str())]),
            ("add", vec![("id", amy_id.as_str())]),
            ("settings", vec![("version", "1"), ("name", "Open")]),
            ("delete", vec![("confirmed", "1")]),
        ] {
            let answer = uma.post(&format!("{place}/{path}"), &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert!(answer.text().contains(&Denial::ProtectedGroup.to_string()), "{path}: {}", answer.text());
        }
        let profile = uma.get(&format!("/console/users/{amy}")).await;
        assert!(profile.text().contains("This user is in a protected group"), "{}", profile.text());
        assert_eq!(uma.get(&format!("/console/users/{amy}/delete")).await.status, StatusCode::FORBIDDEN);
        let mut sophia = Browser::of(world, "sophia").await;
        sophia.get(&place).await;
        assert_eq!(sophia.post(&format!("{place}/remove"), &[("id", &amy_id)]).await.status, StatusCode::SEE_OTHER);
        let unprotected = sophia.post(&format!("{place}/settings"), &[("version", "1"), ("name", "Open")]).await;
        assert_eq!(unprotected.status, StatusCode::SEE_OTHER);
        assert_eq!(uma.get(&format!("{place}/add")).await.status, StatusCode::OK);
    });
}
