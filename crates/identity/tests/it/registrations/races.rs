//! Two who decide about one registration at the same moment.

use base::AccountId;
use identity::accounts::{self, Decision, Status};
use identity::{Error, Identity, Operation, audit};
use store::Dialect;
use testkit::{World, on_each_database};
use tokio::task::JoinHandle;

use super::{carry_out, code, confirmed, decide, figures, open, registered};

type Answer = identity::Result<()>;

/// Uma does `first`; before that is committed, `second` begins and comes as far as it can.
async fn at_once(
    world: &World,
    first: impl AsyncFnOnce(&mut Operation<'_>) -> Answer,
    second: impl Future<Output = Answer> + Send + 'static,
) -> (Answer, Answer) {
    let (go, begun) = tokio::sync::oneshot::channel();
    let second = tokio::spawn(async move {
        begun.await.unwrap();
        second.await
    });
    let uma = world.uma().await;
    let first = world.identity.write(&uma, async |op| {
        first(op).await?;
        go.send(()).unwrap();
        until_it_waits(&world.identity, &second).await;
        Ok(())
    });
    let first = first.await;
    (first, second.await.unwrap())
}

/// Until `other` waits for a lock, or has ended. On SQLite it can't even begin.
async fn until_it_waits(identity: &Identity, other: &JoinHandle<Answer>) {
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while !other.is_finished() {
        let mut tx = identity.db().begin_read().await.unwrap();
        if tx.dialect() == Dialect::Sqlite || tx.one(waiting, &[], |row| row.get::<i64>(0)).await.unwrap() > 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn decisions(world: &World, id: AccountId) -> Vec<String> {
    let operator = world.operator();
    let read = world.identity.read(&operator, async |op| audit::history(op, id, false, None, 50).await);
    let entries = read.await.unwrap().into_iter().map(|entry| entry.event);
    entries.filter(|event| event.starts_with("registration_") && event != "registration_confirmed").collect()
}

on_each_database! {
    async fn es_112_who_rejects_while_somebody_approves_is_told(world: World) {
        open(&world).await;
        let id = confirmed(&world, "ishita").await.id;
        let (identity, sophia) = (world.identity.clone(), world.sophia().await);
        let (approval, rejection) = at_once(
            &world,
            async |op| carry_out(op, Decision::Approve, id).await,
            async move { decide(&identity, &sophia, Decision::Reject, id).await },
        ).await;
        assert_eq!((code(&approval), code(&rejection)), ("done", "already_approved"));
        assert_eq!(rejection.unwrap_err().to_string(), "Uma User has approved this registration already.");
        assert_eq!(world.account(id).await.status(), Status::Enabled);
        assert_eq!(decisions(&world, id).await, ["registration_approved"]);
    }

    async fn es_112_who_approves_while_somebody_rejects_is_told(world: World) {
        open(&world).await;
        let id = confirmed(&world, "ishita").await.id;
        let (identity, sophia) = (world.identity.clone(), world.sophia().await);
        let (rejection, approval) = at_once(
            &world,
            async |op| carry_out(op, Decision::Reject, id).await,
            async move { decide(&identity, &sophia, Decision::Approve, id).await },
        ).await;
        assert_eq!((code(&rejection), code(&approval)), ("done", "already_rejected"));
        assert_eq!(code(&world.find(id).await), "not_found");
        assert_eq!(decisions(&world, id).await, ["registration_rejected"]);
    }

    async fn es_112_who_confirms_while_somebody_activates_is_told(world: World) {
        open(&world).await;
        let (account, link) = registered(&world, "wren").await;
        let (identity, stranger, id) = (world.identity.clone(), world.stranger(), account.id);
        let (activation, confirmation) = at_once(
            &world,
            async |op| carry_out(op, Decision::Activate, id).await,
            async move { identity.write(&stranger, async |op| accounts::confirm_registration(op, &link).await).await.map(drop) },
        ).await;
        assert_eq!((code(&activation), code(&confirmation)), ("done", "already_active"));
        let after = world.account(id).await;
        assert_eq!((after.status(), after.state.email.verified_at), (Status::Enabled, None));
    }

    async fn es_112_who_activates_while_somebody_confirms_is_told(world: World) {
        open(&world).await;
        let (account, link) = registered(&world, "wren").await;
        let (identity, sophia, id) = (world.identity.clone(), world.sophia().await, account.id);
        let (confirmation, activation) = at_once(
            &world,
            async |op| accounts::confirm_registration(op, &link).await.map(drop),
            async move { decide(&identity, &sophia, Decision::Activate, id).await },
        ).await;
        assert_eq!((code(&confirmation), code(&activation)), ("done", "already_confirmed"));
        assert_eq!(world.account(id).await.status(), Status::PendingApproval);
    }

    async fn es_54_the_figures_stay_right_when_who_is_approved_is_deleted_or_disabled_meanwhile(world: World) {
        open(&world).await;
        let (gone, out) = (confirmed(&world, "gone").await.id, confirmed(&world, "out").await.id);
        let (identity, sophia) = (world.identity.clone(), world.sophia().await);
        let both = at_once(
            &world,
            async |op| carry_out(op, Decision::Approve, gone).await,
            async move { identity.write(&sophia, async |op| accounts::delete(op, gone).await).await },
        ).await;
        assert_eq!((code(&both.0), code(&both.1)), ("done", "done"));
        let (identity, sophia) = (world.identity.clone(), world.sophia().await);
        let both = at_once(
            &world,
            async |op| carry_out(op, Decision::Approve, out).await,
            async move { identity.write(&sophia, async |op| accounts::disable(op, out, None).await).await.map(drop) },
        ).await;
        assert_eq!((code(&both.0), code(&both.1)), ("done", "done"));
        let figures = figures(&world).await;
        assert_eq!((figures.total, figures.enabled, figures.disabled, figures.pending_approval), (6, 5, 1, 0));
    }

    async fn es_112_of_many_who_decide_at_once_one_counts(world: World) {
        open(&world).await;
        let id = confirmed(&world, "ishita").await.id;
        let mut tasks = Vec::new();
        for n in 0..10 {
            let (identity, uma) = (world.identity.clone(), world.uma().await);
            let decision = if n % 2 == 0 { Decision::Approve } else { Decision::Reject };
            tasks.push(tokio::spawn(async move { (decision, decide(&identity, &uma, decision, id).await) }));
        }
        let mut done = Vec::new();
        let mut refusals = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                (decision, Ok(())) => done.push(decision),
                (_, Err(error)) => refusals.push(Error::code(&error)),
            }
        }
        let [decision] = done[..] else { panic!("{done:?}") };
        let told = if decision == Decision::Approve { "already_approved" } else { "already_rejected" };
        assert_eq!(refusals, [told; 9]);
        assert_eq!(decisions(&world, id).await.len(), 1);
    }
}
