//! Deciding about several registrations at once.

use std::net::{IpAddr, Ipv4Addr};

use base::AccountId;
use identity::access::Denial;
use identity::accounts::{self, Outcome, Registered, Status};
use identity::bulk_changes::{self, Begun, BulkVerb};
use identity::credentials::PasswordHash;
use identity::jobs;
use identity::messages::Template;
use identity::{Caller, Error, Result};
use testkit::{World, on_each_database};

use super::{applicant, confirmed, figures, open, registered};

/// More than are decided about while somebody waits.
const MANY: usize = 230;

async fn change(world: &World, caller: &Caller, verb: &BulkVerb, ids: &[AccountId]) -> Result<Begun> {
    bulk_changes::change_many(&world.identity, caller, verb, ids).await
}

/// What became of each, when it was done at once.
async fn outcomes(world: &World, verb: &BulkVerb, ids: &[AccountId]) -> Vec<Outcome> {
    match change(world, &world.uma().await, verb, ids).await.unwrap() {
        Begun::AtOnce(applied) => {
            ids.iter().map(|id| applied.report.iter().find(|(known, _)| known == id).unwrap().1).collect()
        }
        Begun::AsJob(_) => panic!("they are few"),
    }
}

/// Letters of this kind, by their addresses.
async fn told(world: &World, template: Template) -> Vec<String> {
    let letters = world.letters().await.into_iter().filter(|letter| letter.template == template);
    let mut addresses: Vec<_> = letters.map(|letter| letter.address).collect();
    addresses.sort();
    addresses
}

/// Very many who registered and confirmed it, each from another network.
async fn crowd(world: &World) -> Vec<AccountId> {
    let hash = PasswordHash::of_nobody([1; 16], [2; 32]);
    let mut ids = Vec::new();
    for number in 0..MANY {
        let host = Ipv4Addr::from(0xcb00_7100 + u32::try_from(number).unwrap() * 256);
        let stranger = Caller { address: Some(IpAddr::from(host)), ..world.stranger() };
        let applicant = applicant(&format!("crowd{number}"));
        let made = world.identity.write(&stranger, async |op| accounts::register(op, &applicant, &hash).await);
        let Registered::Made { account, link: Some(link) } = made.await.unwrap() else { panic!("they register") };
        world.identity.write(&stranger, async |op| accounts::confirm_registration(op, &link).await).await.unwrap();
        ids.push(account.id);
    }
    ids
}

/// Does what a server's worker does until nothing is left.
async fn work(world: &World) {
    let identity = &world.identity;
    while let Some(job) = jobs::take(identity).await.unwrap() {
        let work = async |progress: &jobs::Progress| bulk_changes::carry_out(identity, &job, progress).await;
        jobs::carry_out(identity, &job, work).await.unwrap();
    }
}

on_each_database! {
    async fn es_108_several_are_approved_together_and_each_is_told(world: World) {
        open(&world).await;
        let (first, second) = (confirmed(&world, "ishita").await, confirmed(&world, "joost").await);
        assert_eq!(outcomes(&world, &BulkVerb::Approve, &[first.id, second.id]).await, [Outcome::Done; 2]);
        for id in [first.id, second.id] {
            assert_eq!(world.account(id).await.status(), Status::Enabled);
        }
        let addresses = ["ishita@partner.example", "joost@partner.example"];
        assert_eq!(told(&world, Template::RegistrationApproved).await, addresses);
        assert_eq!(world.audited("registration_approved").await.len(), 2);
        assert_eq!(figures(&world).await.pending_approval, 0);
    }

    async fn es_110_several_are_rejected_together_and_each_is_told_why(world: World) {
        open(&world).await;
        let before = figures(&world).await;
        let (first, second) = (confirmed(&world, "ishita").await, confirmed(&world, "joost").await);
        let verb = BulkVerb::Reject(Some("Not one of ours".into()));
        assert_eq!(outcomes(&world, &verb, &[first.id, second.id]).await, [Outcome::Done; 2]);
        for id in [first.id, second.id] {
            assert!(matches!(world.find(id).await, Err(Error::NotFound)));
        }
        let letters = world.letters().await;
        let letters: Vec<_> = letters.iter().filter(|letter| letter.template == Template::RegistrationRejected).collect();
        assert_eq!(letters.len(), 2);
        assert!(letters.iter().all(|letter| letter.plain.contains("Not one of ours")), "{letters:?}");
        let recorded = world.audited("registration_rejected").await;
        assert!(recorded.len() == 2 && recorded.iter().all(|details| details["reason"] == "Not one of ours"));
        assert_eq!(figures(&world).await, before);
    }

    async fn es_108_to_es_112_who_does_not_wait_for_approval_is_left_out_and_told(world: World) {
        open(&world).await;
        let waiting = confirmed(&world, "ishita").await.id;
        let unconfirmed = registered(&world, "wren").await.0.id;
        let gone = world.identity.random().id(world.clock.now());
        let amy = world.cast.amy;
        let expected = [Outcome::Done, Outcome::NotWaiting, Outcome::Gone, Outcome::NotWaiting];
        assert_eq!(outcomes(&world, &BulkVerb::Approve, &[waiting, unconfirmed, gone, amy]).await, expected);
        let nobody = [Outcome::NotWaiting; 3];
        assert_eq!(outcomes(&world, &BulkVerb::Reject(None), &[waiting, unconfirmed, amy]).await, nobody);
        assert_eq!(world.account(unconfirmed).await.status(), Status::PendingActivation);
        assert_eq!(world.account(amy).await.status(), Status::Enabled);
        assert_eq!(told(&world, Template::RegistrationRejected).await, [""; 0]);
    }

    async fn es_111_a_rejection_of_several_that_fails_changes_nothing_and_tells_nobody(world: World) {
        open(&world).await;
        let (first, second) = (confirmed(&world, "ishita").await, confirmed(&world, "joost").await);
        let uma = world.uma().await;
        let failed = world.identity.write(&uma, async |op| {
            accounts::reject_many(op, &[first.id, second.id], None).await?;
            Err::<(), _>(Error::Unavailable("the disk is full".into()))
        });
        assert!(failed.await.is_err());
        assert_eq!((world.account(first.id).await, world.account(second.id).await), (first, second));
        assert_eq!(told(&world, Template::RegistrationRejected).await, [""; 0]);
    }

    async fn es_1_only_administrators_of_users_decide_about_several(world: World) {
        open(&world).await;
        let account = confirmed(&world, "ishita").await;
        let cast = &world.cast;
        let mut callers = vec![(world.stranger(), Denial::SignInRequired)];
        for id in [cast.amy, cast.sam, cast.sylvia] {
            callers.push((world.caller(id).await, Denial::Role));
        }
        for (caller, expected) in callers {
            for verb in [BulkVerb::Approve, BulkVerb::Reject(None)] {
                let denied = change(&world, &caller, &verb, &[account.id]).await;
                assert!(matches!(denied, Err(Error::Denied(denial)) if denial == expected), "{denied:?}");
            }
        }
        assert_eq!(world.account(account.id).await, account);
    }

    async fn a_reason_that_is_too_long_rejects_nobody(world: World) {
        open(&world).await;
        let account = confirmed(&world, "ishita").await;
        let verb = BulkVerb::Reject(Some("x".repeat(501)));
        let refused = change(&world, &world.uma().await, &verb, &[account.id]).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        assert_eq!(world.account(account.id).await, account);
    }

    async fn es_110_very_many_are_rejected_by_a_job_which_keeps_the_reason(world: World) {
        open(&world).await;
        let before = figures(&world).await;
        let people = crowd(&world).await;
        let verb = BulkVerb::Reject(Some("The list was full".into()));
        let Begun::AsJob(id) = change(&world, &world.uma().await, &verb, &people).await.unwrap() else {
            panic!("they are too many to be rejected at once")
        };
        // Meanwhile somebody decides otherwise about one of them.
        let (uma, spared) = (world.uma().await, people[7]);
        world.identity.write(&uma, async |op| accounts::approve(op, spared).await).await.unwrap();
        work(&world).await;
        let standing = world.identity.read(&uma, async |op| bulk_changes::standing(op, id).await).await.unwrap();
        assert_eq!(standing.verb, verb);
        let mut outcomes = standing.outcomes;
        outcomes.sort_by_key(|(_, number)| *number);
        assert_eq!(outcomes, [(Outcome::NotWaiting, 1), (Outcome::Done, MANY as u64 - 1)]);
        assert_eq!(standing.named, [(Outcome::NotWaiting, "Ishita Banerjee".to_owned())]);
        let recorded = world.audited("registration_rejected").await;
        assert_eq!(recorded.len(), MANY - 1);
        assert!(recorded.iter().all(|details| details["reason"] == "The list was full"));
        assert_eq!(figures(&world).await.total, before.total + 1);
    }
}
