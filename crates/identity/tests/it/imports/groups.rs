//! Groups that the accounts of a file join (ES-83).

use base::GroupId;
use identity::groups::{self, GroupProfile, GroupQuery};
use identity::imports::{self, Choices, Field, ListSeparator, Mode, OnError, Outcome, UnknownGroups};
use identity::jobs;
use identity::memberships;
use testkit::{World, on_each_database};

use super::{account, both, import, run, run_as, total};

const HEADER: &str = "username,first_name,last_name,email,groups\n";

async fn group(world: &World, name: &str, is_protected: bool) -> GroupId {
    let profile = GroupProfile { name: name.into(), is_protected, ..GroupProfile::default() };
    let sophia = world.sophia().await;
    world.identity.write(&sophia, async |op| groups::create(op, profile).await).await.unwrap().id
}

/// The names of the groups that somebody is in.
async fn groups_of(world: &World, username: &str) -> Vec<String> {
    let id = account(world, username).await.expect("there is such an account").id;
    let operator = world.operator();
    let found = world.identity.read(&operator, async |op| memberships::groups_of(op, id).await).await.unwrap();
    found.into_iter().map(|membership| membership.group.name).collect()
}

/// Every group with the number of its members.
async fn sizes(world: &World) -> Vec<(String, u64)> {
    let operator = world.operator();
    let query = GroupQuery { size: 50, ..GroupQuery::default() };
    let list = world.identity.read(&operator, async |op| groups::list(op, &query).await).await.unwrap();
    list.groups.into_iter().map(|group| (group.name, group.members)).collect()
}

/// The column is mapped: that is never guessed.
fn mapped() -> Choices {
    Choices { columns: vec![("groups".into(), Some(Field::Groups))], ..Choices::default() }
}

fn all_join(names: &[&str]) -> Choices {
    Choices { groups: names.iter().map(|name| (*name).to_owned()).collect(), ..mapped() }
}

on_each_database! {
    async fn es_83_everybody_joins_the_chosen_groups_and_those_of_the_column(world: World) {
        for name in ["Staff", "Law", "Research"] {
            group(&world, name, false).await;
        }
        let text = format!("{HEADER}bea,Bea,Ng,bea@example.com, law ;Research;LAW\ncal,Cal,Ng,cal@example.com,\namy,Amy,Adams,amy@example.com,Law\n");
        let choices = Choices { mode: Mode::CreateAndUpdate, ..all_join(&["staff"]) };
        let done = both(&world, &text, choices.clone()).await;
        assert_eq!(done.lines(), ["2 CREATED", "3 CREATED", "4 UPDATED"]);
        assert_eq!(groups_of(&world, "bea").await, ["Law", "Research", "Staff"]);
        assert_eq!(groups_of(&world, "cal").await, ["Staff"]);
        assert_eq!(groups_of(&world, "amy").await, ["Law", "Staff"]);
        let again = both(&world, &text, choices).await;
        assert_eq!(again.lines(), ["2 UNCHANGED", "3 UNCHANGED", "4 UNCHANGED"], "es_98: the same file twice changes nothing");
        let left_alone = run(&world, &import(&text, all_join(&["Research"]))).await;
        assert_eq!(left_alone.rows[2].outcome, Outcome::Skipped);
        assert_eq!(groups_of(&world, "amy").await, ["Law", "Staff"], "a row that is skipped joins nothing");
    }

    async fn es_83_a_group_that_there_is_not_is_an_error_or_is_made(world: World) {
        let text = format!("{HEADER}bea,Bea,Ng,bea@example.com,Law|law|Research\ncal,Cal,Ng,cal@example.com,Law\n");
        let pipes = Choices { list_separator: ListSeparator::Pipe, ..mapped() };
        let done = both(&world, &text, pipes.clone()).await;
        assert_eq!(done.lines(), ["2 FAILED GROUP_UNKNOWN GROUP_UNKNOWN", "3 FAILED GROUP_UNKNOWN"]);
        assert_eq!(sizes(&world).await, []);
        let choices = Choices { unknown_groups: UnknownGroups::Create, ..pipes };
        let long = format!("{text}dan,Dan,Ng,dan@example.com,{}\n", "n".repeat(129));
        let done = both(&world, &long, choices).await;
        assert_eq!(done.lines(), ["2 CREATED", "3 CREATED", "4 FAILED BAD_VALUE"]);
        assert_eq!(sizes(&world).await, [("Law".into(), 2), ("Research".into(), 1)]);
    }

    async fn es_83_a_protected_group_is_for_super_administrators(world: World) {
        group(&world, "Board", true).await;
        let text = format!("{HEADER}bea,Bea,Ng,bea@example.com,Board\ncal,Cal,Ng,cal@example.com,\n");
        let done = both(&world, &text, mapped()).await;
        assert_eq!(done.lines(), ["2 FAILED GROUP_PROTECTED", "3 CREATED"]);
        assert!(account(&world, "bea").await.is_none());
        let found = world.identity.read(&world.uma().await, async |op| imports::check_groups(op, &all_join(&["board", "x"])).await).await;
        let codes: Vec<_> = found.unwrap().into_iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["GROUP_PROTECTED", "GROUP_UNKNOWN"]);
        let sophia = world.sophia().await;
        let stops = Choices { on_error: OnError::Stop, ..mapped() };
        let done = run_as(&world, &sophia, &import(&text, stops)).await.unwrap();
        assert_eq!(done.lines(), ["2 CREATED", "3 SKIPPED EXISTS"]);
        assert_eq!(groups_of(&world, "bea").await, ["Board"]);
        // Members of a protected group are protected from then on.
        let choices = Choices { mode: Mode::Update, ..Choices::default() };
        let done = both(&world, "username,first_name\nbea,Beatrix\n", choices).await;
        assert_eq!(done.lines(), ["2 FAILED TARGET_PROTECTED"]);
    }

    async fn nobody_is_put_into_a_group_because_a_column_is_called_so(world: World) {
        group(&world, "Staff", false).await;
        let import = import(&format!("{HEADER}bea,Bea,Ng,bea@example.com,Staff\n"), Choices::default());
        assert!(import.notices().iter().any(|notice| notice.code == "GROUPS_IGNORED"));
        run(&world, &import).await;
        assert_eq!(groups_of(&world, "bea").await, Vec::<String>::new());
    }

    async fn es_90_what_separates_the_values_in_a_cell_is_chosen(world: World) {
        for (sign, separator) in [(';', ListSeparator::Semicolon), ('|', ListSeparator::Pipe), (',', ListSeparator::Comma)] {
            let text = format!("{HEADER}u{0},Bea,Ng,u{0}@example.com,\"a{sign}b\"\n", separator.sign() as u32);
            let choices = Choices { list_separator: separator, unknown_groups: UnknownGroups::Create, ..mapped() };
            both(&world, &text, choices).await;
            assert_eq!(groups_of(&world, &format!("u{}", sign as u32)).await, ["a", "b"]);
        }
    }

    async fn memberships_are_undone_with_the_import(world: World) {
        let law = group(&world, "Law", false).await;
        group(&world, "Staff", false).await;
        let amy = world.cast.amy;
        world.identity.write(&world.uma().await, async |op| memberships::add_members(op, law, &[amy]).await).await.unwrap();
        let text = format!("{HEADER}bea,Bea,Ng,bea@example.com,Law\namy,Amy,Adams,amy@example.com,Law;Staff;New\n");
        let choices = Choices { mode: Mode::CreateAndUpdate, unknown_groups: UnknownGroups::Create, ..mapped() };
        let done = run(&world, &import(&text, choices)).await;
        assert_eq!(sizes(&world).await, [("Law".into(), 2), ("New".into(), 1), ("Staff".into(), 1)]);
        let (id, uma) = (done.report.import.unwrap(), world.uma().await);
        world.identity.write(&uma, async |op| imports::undo(op, id).await).await.unwrap();
        let job = jobs::take(&world.identity).await.unwrap().unwrap();
        let work = jobs::carry_out(&world.identity, &job, async |progress| {
            imports::carry_out_undo(&world.identity, &job, progress).await
        });
        work.await.unwrap();
        assert_eq!(groups_of(&world, "amy").await, ["Law"], "what she was in before stays");
        assert_eq!(sizes(&world).await, [("Law".into(), 1), ("New".into(), 0), ("Staff".into(), 0)]);
        assert_eq!(total(&world).await, 5);
    }
}
