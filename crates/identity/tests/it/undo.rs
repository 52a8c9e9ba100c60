//! Taking a whole import back.

use std::time::Duration;

use base::{Change, ImportId};
use identity::access::{Denial, Role};
use identity::accounts::{self, Account, AccountChange};
use identity::imports::{self, Choices, ImportFile, KeptRow, Mode, Next, Undo, Undoing};
use identity::jobs::{self, LEASE, Progress, State};
use identity::{Caller, Error, Identity, Result, audit, housekeeping};
use store::params;
use testkit::{World, on_each_database};

/// Imports a file as Uma; answers the import.
async fn import(world: &World, text: &str, mode: Mode) -> ImportId {
    import_as(world, &world.uma().await, text, mode).await
}

async fn import_as(world: &World, caller: &Caller, text: &str, mode: Mode) -> ImportId {
    let file = ImportFile::from_bytes("people.csv", text.as_bytes().to_vec()).unwrap();
    let import = imports::prepare(file, Choices { mode, ..Choices::default() }).unwrap();
    let report = imports::run(&world.identity, caller, &import, &mut |_| Ok(Next::GoOn)).await.unwrap();
    report.import.unwrap()
}

/// A file with so many people, from the first one on.
fn crowd(rows: usize) -> String {
    let line = |n| format!("person{n},Pat{n},Müller,person{n}@example.com\n");
    format!("username,first_name,last_name,email\n{}", (0..rows).map(line).collect::<String>())
}

async fn begin_as(world: &World, caller: &Caller, id: ImportId) -> Result<()> {
    world.identity.write(caller, async |op| imports::undo(op, id).await).await
}

/// Does what a server's worker does until nothing is left.
async fn work(identity: &Identity) {
    while let Some(job) = jobs::take(identity).await.unwrap() {
        let work = async |progress: &Progress| imports::carry_out_undo(identity, &job, progress).await;
        jobs::carry_out(identity, &job, work).await.unwrap();
    }
}

/// Takes an import back as Uma, to the end.
async fn undo(world: &World, id: ImportId) -> Undo {
    begin_as(world, &world.uma().await, id).await.unwrap();
    work(&world.identity).await;
    standing(world, id).await.past.undo
}

async fn standing(world: &World, id: ImportId) -> Undoing {
    world.identity.read(&world.sophia().await, async |op| imports::undoing(op, id).await).await.unwrap()
}

async fn kept(world: &World, id: ImportId) -> Vec<KeptRow> {
    world.identity.read(&world.sophia().await, async |op| imports::kept_rows(op, id, 50, 0).await).await.unwrap()
}

async fn account(world: &World, username: &str) -> Option<Account> {
    let operator = world.operator();
    match world.identity.read(&operator, async |op| accounts::find_by_username(op, username).await).await {
        Ok(account) => Some(account),
        Err(Error::NotFound) => None,
        Err(error) => panic!("{error}"),
    }
}

async fn total(world: &World) -> u64 {
    world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.unwrap().total
}

/// What can be given back of an account.
fn profile(account: Account) -> (String, String, Option<String>, bool, accounts::Contact) {
    (account.username, account.first_name, account.email, account.state.enabled, account.state.email)
}

async fn rename(world: &World, username: &str) {
    let id = account(world, username).await.unwrap().id;
    let change = AccountChange { first_name: Change::Set("Touched".into()), ..AccountChange::default() };
    world.identity.write(&world.sophia().await, async |op| accounts::update(op, id, None, change).await).await.unwrap();
}

async fn changes(world: &World) -> i64 {
    let mut tx = world.identity.db().begin_read().await.unwrap();
    tx.one("select count(*) from import_changes", &[], |row| row.get(0)).await.unwrap()
}

on_each_database! {
    async fn an_import_is_undone_as_a_whole(world: World) {
        let proved = world.clock.now();
        world.execute("update accounts set email_verified_at = $2 where id = $1", params![world.cast.amy, proved]).await;
        let amy = account(&world, "amy").await.unwrap();
        let text = "username,first_name,last_name,email,status\n\
            bea,Bea,Ng,bea@example.com,active\n\
            amy,Amelia,Adams,amelia@example.com,inactive\n\
            cal,Cal,Ng,cal@example.com,inactive\n";
        let id = import(&world, text, Mode::CreateAndUpdate).await;
        assert_eq!((total(&world).await, account(&world, "amy").await.unwrap().first_name.as_str()), (7, "Amelia"));
        let before = standing(&world, id).await;
        assert_eq!((before.made, before.changed, before.hindrance), (2, 1, None));
        assert!(before.past.can_be_undone(world.clock.now()));

        let undone = undo(&world, id).await;
        assert_eq!((undone.undone, undone.kept), (3, 0), "{:?}", kept(&world, id).await);
        assert!(undone.ended_at.is_some());
        assert!(account(&world, "bea").await.is_none() && account(&world, "cal").await.is_none());
        assert_eq!(total(&world).await, 5);
        let after = account(&world, "amy").await.unwrap();
        assert_eq!(profile(after), profile(amy), "the proof of the address comes back too");
        assert_eq!(changes(&world).await, 0);

        let uma = world.uma().await;
        let history = world.identity.read(&uma, async |op| audit::history(op, world.cast.amy, false, None, 9).await);
        let entries = history.await.unwrap();
        let last = entries.iter().find(|entry| entry.event == "account_updated").unwrap();
        assert_eq!((last.actor_name.as_str(), last.request.to_string()), ("Uma User", id.to_string()));
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let sql = "select event from audit_events where target_id = $1 order by id";
        let mut events = tx.all(sql, params![id], |row| row.get::<String>(0)).await.unwrap();
        events.sort();
        assert_eq!(events, ["import_finished", "import_started", "import_undo_started", "import_undone"]);
        drop(tx);

        let again = begin_as(&world, &world.uma().await, id).await;
        assert!(matches!(again, Err(Error::Conflict { code: "not_undoable", .. })), "{again:?}");
        // The same file is another import by now.
        let second = import(&world, text, Mode::CreateAndUpdate).await;
        assert_ne!(second, id);
        assert_eq!(total(&world).await, 7);
    }

    async fn who_was_touched_or_signed_in_since_stays_and_the_report_says_so(world: World) {
        let amy = account(&world, "amy").await.unwrap();
        let text = format!("{}amy,Amelia,Adams,amy@example.com\n", crowd(4));
        let id = import(&world, &text, Mode::CreateAndUpdate).await;
        rename(&world, "person1").await;
        rename(&world, "amy").await;
        let signed_in = account(&world, "person2").await.unwrap().id;
        world.execute("update accounts set last_sign_in_at = $2 where id = $1", params![signed_in, world.clock.now()]).await;
        let gone = account(&world, "person3").await.unwrap().id;
        world.identity.write(&world.uma().await, async |op| accounts::delete(op, gone).await).await.unwrap();

        let undone = undo(&world, id).await;
        assert_eq!((undone.undone, undone.kept), (1, 3));
        assert!(account(&world, "person0").await.is_none());
        assert_eq!(account(&world, "amy").await.unwrap().first_name, "Touched");
        let told: Vec<_> = kept(&world, id).await.into_iter().map(|row| (row.line, row.username, row.is_made, row.why)).collect();
        let expected = |line, name: &str, is_made, why: &str| (line, name.to_owned(), is_made, why.to_owned());
        assert_eq!(told, [
            expected(3, "person1", true, "Somebody changed this user after the import."),
            expected(4, "person2", true, "This user has signed in since the import."),
            expected(6, "amy", false, "Somebody changed this user after the import."),
        ]);
        let mut tx = world.identity.db().begin_read().await.unwrap();
        let sql = "select count(*) from import_changes where before is not null and cast(before as text) like '%Amy%'";
        assert_eq!(tx.one(sql, &[], |row| row.get::<i64>(0)).await.unwrap(), 0, "what she had is not kept any longer");
        assert_eq!(amy.first_name, "Amy");
    }

    async fn names_that_moved_from_one_to_another_move_back(world: World) {
        world.person("Bob", "Ng").await;
        let (amy, bob) = (account(&world, "amy").await.unwrap(), account(&world, "bob").await.unwrap());
        // First amy gets another address, then bob hers, in batches of their own; a new account gets bob's.
        let first = "username,email\namy,new@example.com\n";
        let steps = [first, "username,email\nbob,amy@example.com\n"];
        let mut ids = Vec::new();
        for text in steps {
            ids.push(import(&world, text, Mode::Update).await);
        }
        ids.push(import(&world, "username,first_name,last_name,email\nbea,Bea,Ng,bob@example.com\n", Mode::Create).await);
        for id in ids.into_iter().rev() {
            assert_eq!(undo(&world, id).await.kept, 0, "{:?}", kept(&world, id).await);
        }
        let after = (account(&world, "amy").await.unwrap(), account(&world, "bob").await.unwrap());
        assert_eq!((after.0.email, after.1.email), (amy.email, bob.email));
    }

    async fn a_value_that_somebody_else_has_by_now_stays_and_the_rest_is_undone(world: World) {
        let text = "username,email\namy,new@example.com\n";
        let id = import(&world, text, Mode::Update).await;
        import(&world, "username,first_name,last_name,email\nbea,Bea,Ng,amy@example.com\n", Mode::Create).await;
        let undone = undo(&world, id).await;
        assert_eq!((undone.undone, undone.kept), (0, 1));
        let told = kept(&world, id).await;
        assert!(told[0].why.contains("belongs to another account"), "{told:?}");
        assert_eq!(account(&world, "amy").await.unwrap().email.as_deref(), Some("new@example.com"));
    }

    async fn g3_protected_accounts_are_not_undone_by_those_who_may_not_change_them(world: World) {
        let text = "username,first_name,last_name,email\nbea,Bea,Ng,bea@example.com\n";
        let id = import(&world, text, Mode::Create).await;
        let (sophia, bea) = (world.sophia().await, account(&world, "bea").await.unwrap());
        // Made an administrator without a trace in the version, as by a protected group.
        let version = bea.version;
        world.identity.write(&sophia, async |op| accounts::grant_role(op, bea.id, Role::UserAdministrator).await).await.unwrap();
        world.execute("update accounts set version = $2 where id = $1", params![bea.id, version]).await;
        let undone = undo(&world, id).await;
        assert_eq!((undone.undone, undone.kept), (0, 1));
        assert_eq!(kept(&world, id).await[0].why, Denial::Protected.to_string());
        assert!(account(&world, "bea").await.is_some());
    }

    async fn undoing_is_for_those_who_import_and_many_deletions_want_the_password(world: World) {
        let id = import(&world, &crowd(10), Mode::Create).await;
        let amy = world.caller(world.cast.amy).await;
        assert!(matches!(begin_as(&world, &amy, id).await, Err(Error::Denied(Denial::Role))));
        let ursula = world.join("Ursula", "User", Some(Role::UserAdministrator)).await;
        let caller = world.caller(ursula).await;
        world.clock.advance(Duration::from_mins(11));
        let late = begin_as(&world, &caller, id).await;
        assert!(matches!(late, Err(Error::Denied(Denial::StepUpRequired))), "{late:?}");
        assert_eq!(total(&world).await, 16);
        let caller = world.caller(ursula).await;
        begin_as(&world, &caller, id).await.unwrap();
        let twice = begin_as(&world, &caller, id).await;
        assert!(matches!(twice, Err(Error::Conflict { code: "not_undoable", .. })));
        work(&world.identity).await;
        assert_eq!(total(&world).await, 6);
    }

    async fn an_import_can_be_undone_for_a_day_and_then_what_was_before_is_forgotten(world: World) {
        let id = import(&world, "username,first_name\namy,Amelia\n", Mode::Update).await;
        world.clock.advance(Duration::from_hours(23));
        housekeeping::sweep(&world.identity).await.unwrap();
        assert!(standing(&world, id).await.hindrance.is_none());
        world.clock.advance(Duration::from_hours(1));
        let late = begin_as(&world, &world.uma().await, id).await;
        assert!(matches!(late, Err(Error::Conflict { code: "not_undoable", .. })), "{late:?}");
        assert!(!standing(&world, id).await.past.can_be_undone(world.clock.now()));
        world.clock.advance(Duration::from_secs(1));
        housekeeping::sweep(&world.identity).await.unwrap();
        assert_eq!(changes(&world).await, 0);
    }

    async fn an_undo_whose_server_died_goes_on_and_ends_with_the_rights_of_its_starter(world: World) {
        let id = import(&world, &crowd(1_200), Mode::Create).await;
        let uma = world.uma().await;
        begin_as(&world, &uma, id).await.unwrap();
        let job = jobs::take(&world.identity).await.unwrap().expect("a job");
        // The process ends in the middle: what it was doing is dropped.
        let dying = jobs::carry_out(&world.identity, &job, async |progress| {
            imports::carry_out_undo(&world.identity, &job, progress).await
        });
        let halfway = async {
            while standing(&world, id).await.past.undo.undone == 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::select! {
            biased;
            () = halfway => {}
            ended = dying => panic!("it ended before anybody saw it: {ended:?}"),
        }
        let before = standing(&world, id).await;
        assert!(before.past.undo.ended_at.is_none() && before.made > 0);
        assert_eq!(total(&world).await, 5 + before.made, "what is undone is gone, and nothing else");
        world.clock.advance(LEASE);
        let (sophia, person) = (world.sophia().await, world.cast.uma);
        world.identity.write(&sophia, async |op| accounts::revoke_role(op, person, Role::UserAdministrator).await).await.unwrap();
        work(&world.identity).await;
        let halted = standing(&world, id).await;
        assert_eq!((halted.made, halted.job.map(|job| job.state)), (before.made, Some(State::Failed)));
        assert_eq!(halted.hindrance, None, "somebody else can go on with it");
        begin_as(&world, &sophia, id).await.unwrap();
        work(&world.identity).await;
        let after = standing(&world, id).await;
        assert_eq!((after.past.undo.undone, after.past.undo.kept, total(&world).await), (1_200, 0, 5));
        assert_eq!(after.job.map(|job| (job.state, job.done)), Some((State::Done, 1_200)));
    }
}
