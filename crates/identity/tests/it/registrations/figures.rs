//! The figures above the list, on the way of registrations.

use base::{AccountId, Secret};
use identity::accounts::{self, Decision, Status, Summary};
use testkit::on_each_database;

use super::{confirm, decide, figures, open, registered};

/// Total, enabled, disabled, pending activation, pending approval.
fn five(figures: &Summary) -> [u64; 5] {
    [figures.total, figures.enabled, figures.disabled, figures.pending_activation, figures.pending_approval]
}

on_each_database! {
    async fn es_49_es_50_and_es_51_who_waits_counts_in_the_total_and_is_neither_enabled_nor_disabled(world: World) {
        open(&world).await;
        let (first, link) = registered(&world, "first").await;
        registered(&world, "second").await;
        confirm(&world, &link).await.unwrap();
        assert_eq!(five(&figures(&world).await), [7, 5, 0, 1, 1]);
        let (uma, amy) = (world.uma().await, world.cast.amy);
        decide(&world.identity, &uma, Decision::Approve, first.id).await.unwrap();
        world.identity.write(&uma, async |op| accounts::disable(op, amy, None).await).await.unwrap();
        assert_eq!(five(&figures(&world).await), [7, 5, 1, 1, 0]);
    }

    async fn es_52_pending_activation_grows_by_registering_and_shrinks_by_confirming_activating_and_deleting(world: World) {
        open(&world).await;
        let (_, link) = registered(&world, "first").await;
        let (second, _) = registered(&world, "second").await;
        let (third, _) = registered(&world, "third").await;
        assert_eq!(five(&figures(&world).await), [8, 5, 0, 3, 0]);
        confirm(&world, &link).await.unwrap();
        assert_eq!(five(&figures(&world).await), [8, 5, 0, 2, 1]);
        let uma = world.uma().await;
        decide(&world.identity, &uma, Decision::Activate, second.id).await.unwrap();
        assert_eq!(five(&figures(&world).await), [8, 6, 0, 1, 1]);
        world.identity.write(&uma, async |op| accounts::delete(op, third.id).await).await.unwrap();
        assert_eq!(five(&figures(&world).await), [7, 6, 0, 0, 1]);
    }

    async fn es_53_pending_approval_grows_by_confirming_and_shrinks_by_approving_and_rejecting(world: World) {
        open(&world).await;
        let (first, link) = registered(&world, "first").await;
        confirm(&world, &link).await.unwrap();
        let (second, link) = registered(&world, "second").await;
        confirm(&world, &link).await.unwrap();
        assert_eq!(five(&figures(&world).await), [7, 5, 0, 0, 2]);
        let uma = world.uma().await;
        decide(&world.identity, &uma, Decision::Approve, first.id).await.unwrap();
        assert_eq!(five(&figures(&world).await), [7, 6, 0, 0, 1]);
        decide(&world.identity, &uma, Decision::Reject, second.id).await.unwrap();
        assert_eq!(five(&figures(&world).await), [6, 6, 0, 0, 0]);
    }

    async fn es_54_the_figures_add_up_after_a_long_and_random_history(world: World) {
        open(&world).await;
        let random = base::Random::seeded(7);
        let uma = world.uma().await;
        let mut known: Vec<(AccountId, Secret)> = Vec::new();
        for step in 0_u64..60 {
            let kind = random.below(7);
            if kind < 2 || known.is_empty() {
                let (account, link) = registered(&world, &format!("person{step}")).await;
                known.push((account.id, link));
                continue;
            }
            let (id, link) = &known[usize::try_from(random.below(known.len() as u64)).unwrap()];
            let id = *id;
            // Most of these are refused; what counts is that the figures tell what is there.
            let _ = match kind {
                2 | 3 => confirm(&world, link).await.map(drop),
                4 => decide(&world.identity, &uma, Decision::Approve, id).await,
                5 => decide(&world.identity, &uma, Decision::Activate, id).await,
                _ => decide(&world.identity, &uma, Decision::Reject, id).await,
            };
            let mut there = Vec::new();
            for (id, _) in &known {
                there.extend(world.find(*id).await.ok().map(|account| account.status()));
            }
            let after = figures(&world).await;
            assert_eq!(after.total, 5 + there.len() as u64, "{step}");
            for status in Status::ALL {
                let cast = if status == Status::Enabled { 5 } else { 0 };
                let counted = there.iter().filter(|there| **there == status).count() as u64;
                assert_eq!(after.of(status), cast + counted, "{step}: {status}");
            }
        }
    }
}
