//! The seven invariants of an account's state, over every combination there is and over random histories.

use base::Timestamp;
use identity::access::Role;
use identity::accounts::{
    self, Contact, Lifecycle, Lock, LockReason, MustChange, Outcome, PasswordState, Requirements, State, Status,
    StatusFilter,
};
use identity::audit;
use testkit::on_each_database;

fn now() -> Timestamp {
    Timestamp::from_millis(1_000_000)
}

fn lock(reason: LockReason) -> Lock {
    Lock { reason, since: Timestamp::from_millis(1), until: None, held_by: None, note: None }
}

/// Every combination of the axes.
fn every_state() -> Vec<State> {
    let contacts = [
        Contact::default(),
        Contact { is_present: true, ..Contact::default() },
        Contact { is_present: true, verified_at: Some(now()), change_pending: false },
        Contact { is_present: true, verified_at: Some(now()), change_pending: true },
    ];
    let mut states = Vec::new();
    for lifecycle in [Lifecycle::PendingActivation, Lifecycle::PendingApproval, Lifecycle::Active] {
        for bits in 0_u32..16 {
            for password in [PasswordState::None, PasswordState::Temporary { until: now() }, PasswordState::Permanent] {
                for must_change in [MustChange::No, MustChange::Admin, MustChange::Expired, MustChange::Compromised] {
                    for invited_at in [None, Some(now())] {
                        for (email, mobile) in contacts.iter().flat_map(|email| contacts.map(|mobile| (*email, mobile)))
                        {
                            let reasons = [LockReason::Admin, LockReason::FailedAttempts, LockReason::Inactivity];
                            let held = reasons.iter().enumerate().filter(|(n, _)| bits & (1 << n) != 0);
                            states.push(State {
                                lifecycle,
                                enabled: bits & 8 != 0,
                                locks: held.map(|(_, reason)| lock(*reason)).collect(),
                                password,
                                must_change,
                                invited_at,
                                email,
                                mobile,
                            });
                        }
                    }
                }
            }
        }
    }
    states
}

#[test]
fn invariant_1_every_state_has_exactly_one_status() {
    for state in every_state() {
        let of = Status::ALL
            .iter()
            .filter(|status| state.matches(StatusFilter::Status(**status), now(), Requirements::default()));
        assert_eq!(of.count(), 1);
    }
}

#[test]
fn invariant_5_no_axis_but_its_own_decides_a_filter() {
    for state in every_state() {
        let requires = Requirements::default();
        let unlocked = State { locks: Vec::new(), ..state.clone() };
        assert_eq!(unlocked.status(), state.status(), "a lock is no status (ES-5)");
        assert!(!unlocked.is_locked(now()));
        let switched = State { enabled: !state.enabled, ..state.clone() };
        for filter in StatusFilter::ALL.into_iter().filter(|filter| !matches!(filter, StatusFilter::Status(_))) {
            assert_eq!(switched.matches(filter, now(), requires), state.matches(filter, now(), requires));
        }
        let settled = State { must_change: MustChange::No, ..state.clone() };
        assert_eq!(settled.is_locked(now()), state.is_locked(now()));
        assert_eq!(settled.status(), state.status());
    }
}

#[test]
fn the_six_filters_of_wso2_mean_what_they_say() {
    for state in every_state() {
        let requires = Requirements::default();
        let is = |filter| state.matches(filter, now(), requires);
        assert_eq!(is(StatusFilter::Locked), !state.locks.is_empty());
        assert_eq!(is(StatusFilter::Status(Status::Disabled)), state.lifecycle == Lifecycle::Active && !state.enabled);
        assert_eq!(is(StatusFilter::PendingPasswordReset), state.must_change == MustChange::Admin);
        assert_eq!(
            is(StatusFilter::PendingFirstPassword),
            state.password == PasswordState::None && state.invited_at.is_some()
        );
        assert_eq!(is(StatusFilter::PendingEmailVerification), state.email.change_pending);
        assert_eq!(
            is(StatusFilter::PendingMobileVerification),
            state.mobile.is_present && (state.mobile.verified_at.is_none() || state.mobile.change_pending),
        );
        let required = Requirements { verified_email: true, verified_mobile: false };
        assert_eq!(
            state.matches(StatusFilter::PendingEmailVerification, now(), required),
            state.email.is_present && (state.email.verified_at.is_none() || state.email.change_pending),
        );
    }
}

#[test]
fn the_reason_that_wso2_names_is_the_first_that_applies() {
    let order = [
        "ADMIN_INITIATED",
        "MAX_ATTEMPTS_EXCEEDED",
        "IDLE_ACCOUNT",
        "PENDING_SELF_REGISTRATION",
        "PENDING_ASK_PASSWORD",
        "PENDING_ADMIN_FORCED_USER_PASSWORD_RESET",
        "PENDING_EMAIL_VERIFICATION",
    ];
    let requires = Requirements { verified_email: true, verified_mobile: false };
    for state in every_state() {
        let holds = [
            state.lock(LockReason::Admin, now()).is_some(),
            state.lock(LockReason::FailedAttempts, now()).is_some(),
            state.lock(LockReason::Inactivity, now()).is_some(),
            state.lifecycle != Lifecycle::Active,
            state.password == PasswordState::None && state.invited_at.is_some(),
            state.must_change == MustChange::Admin,
            state.matches(StatusFilter::PendingEmailVerification, now(), requires),
        ];
        let first = holds.iter().position(|holds| *holds).map(|at| order[at]);
        assert_eq!(state.wso2_locked_reason(now(), requires), first);
        assert_eq!(state.wso2_locked(now(), requires), first.is_some());
        let label = state.wso2_account_state(now(), requires);
        assert_eq!(label == "DISABLED", state.status() == Status::Disabled);
        assert_eq!(label == "UNLOCKED", state.status() != Status::Disabled && first.is_none());
    }
}

#[test]
fn a_lock_ends_by_the_clock() {
    let until = Lock { until: Some(now()), ..lock(LockReason::FailedAttempts) };
    assert!(until.is_held(now().minus(std::time::Duration::from_millis(1))));
    assert!(!until.is_held(now()));
}

on_each_database! {
    async fn invariants_hold_after_a_long_and_random_history(world: World) {
        let operator = world.operator();
        let random = base::Random::seeded(42);
        let mut known = vec![world.cast.amy, world.cast.sophia];
        for step in 0_u64..150 {
            let target = known[usize::try_from(random.below(known.len() as u64)).unwrap()];
            let before = world.identity.read(&operator, async |op| accounts::summary(op).await).await.unwrap();
            let (kind, outcome) = match random.below(6) {
                0 => {
                    let made = world.person(&format!("P{step}x"), "Random").await;
                    known.push(made.id);
                    ("create", Outcome::Done)
                }
                1 | 2 => ("disable", world.identity.write(&operator, async |op| accounts::disable_many(op, &[target]).await).await.unwrap()[0].1),
                3 | 4 => ("enable", world.identity.write(&operator, async |op| accounts::enable_many(op, &[target]).await).await.unwrap()[0].1),
                _ => ("delete", world.identity.write(&operator, async |op| accounts::delete_many(op, &[target]).await).await.unwrap()[0].1),
            };
            // 1: the four statuses add up to the total, and the total is the number of accounts.
            let after = world.identity.read(&operator, async |op| accounts::summary(op).await).await.unwrap();
            assert_eq!(after.total, Status::ALL.iter().map(|status| after.of(*status)).sum::<u64>());
            let done = outcome == Outcome::Done;
            let moved = match kind { "create" => 1, "delete" if done => -1, _ => 0 };
            assert_eq!(after.total.cast_signed() - before.total.cast_signed(), moved, "{kind}");
            // 5: nothing but what was done has changed.
            if let Ok(account) = world.find(target).await && kind == "disable" && done {
                assert_eq!((account.state.enabled, account.state.password, account.state.locks.len()), (false, account.state.password, 0));
            }
            // 6: somebody is in charge.
            let sophia = world.account(world.cast.sophia).await;
            assert!(sophia.state.enabled && sophia.roles.has(Role::SuperAdministrator));
            // 7: a change is in the audit log once.
            if done && kind != "create" {
                let entries = world.identity.read(&operator, async |op| audit::history(op, target, false, None, 500).await).await.unwrap();
                let at_this_moment = entries.iter().filter(|entry| entry.at == world.clock.now() && entry.event == format!("account_{kind}d")).count();
                assert_eq!(at_this_moment, 1, "{kind}");
            }
            world.clock.advance(std::time::Duration::from_secs(1));
        }
    }
}
