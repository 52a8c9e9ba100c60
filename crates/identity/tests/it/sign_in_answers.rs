//! Table B.3, line by line: what is answered to a wrong and to the right password, what programs are told, and what is
//! sent; and asking for it once more.

use std::time::Duration;

use base::Secret;
use identity::accounts::{AccountChange, SentAgain};
use identity::messages::Template;
use identity::one_time_links::Way;
use identity::sign_in::{self, Gate, SignIn};
use identity::{Error, Result, accounts};
use testkit::{PASSWORD, Situation, World, on_each_database};

/// What the right password is answered.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// The same as a wrong one.
    AsWrong,
    /// A session.
    In,
    /// A session that reaches nothing but the form for another password.
    FormOnly,
    /// What is in the way, and whether it may be asked for once more.
    Shut(Gate, bool),
}

const GENERIC: Option<&str> = Some("invalid_credentials");
const ANOTHER: Option<&str> = Some("password_change_required");

/// A row: what the right password is answered, what programs are told of that, and what is sent then.
fn row(situation: Situation) -> (Answer, Option<&'static str>, Option<Template>) {
    let shut = |gate, again, code, sent| (Answer::Shut(gate, again), Some(code), sent);
    match situation {
        Situation::Unknown | Situation::NoPassword | Situation::FailedAttempts | Situation::TemporaryExpired => {
            (Answer::AsWrong, GENERIC, None)
        }
        Situation::Enabled => (Answer::In, None, None),
        Situation::Temporary | Situation::PasswordExpired | Situation::PasswordCompromised => {
            (Answer::FormOnly, ANOTHER, None)
        }
        Situation::PendingActivation => {
            shut(Gate::PendingActivation, true, "pending_activation", Some(Template::ConfirmRegistration))
        }
        Situation::PendingApproval | Situation::Several => shut(Gate::PendingApproval, false, "pending_approval", None),
        Situation::Disabled => shut(Gate::Disabled, false, "account_disabled", None),
        Situation::Locked => shut(Gate::LockedByAdministrator, false, "account_locked", None),
        Situation::Inactive => {
            shut(Gate::LockedByInactivity, false, "account_inactive", Some(Template::ChangePassword))
        }
        Situation::ResetRequired => {
            shut(Gate::ResetRequired, false, "password_reset_required", Some(Template::PasswordReset))
        }
        Situation::EmailUnverified => {
            shut(Gate::EmailNotVerified, true, "email_unverified", Some(Template::VerifyEmail))
        }
        Situation::MobileUnverified => {
            shut(Gate::MobileNotVerified, true, "mobile_unverified", Some(Template::VerifyMobile))
        }
    }
}

async fn attempt(world: &World, name: &str, password: &str) -> SignIn {
    let stranger = world.stranger();
    sign_in::with_password(&world.identity, &stranger, name, Secret::new(password), None).await.unwrap()
}

fn answer(answer: &SignIn) -> Answer {
    match answer {
        SignIn::Refused => Answer::AsWrong,
        SignIn::Granted { account, .. } => {
            let is_for_another = account.state.password != accounts::PasswordState::Permanent
                || account.state.must_change != accounts::MustChange::No;
            if is_for_another { Answer::FormOnly } else { Answer::In }
        }
        SignIn::Shut { gate, again } => Answer::Shut(*gate, again.is_some()),
        SignIn::Blocked { .. } => panic!("nobody tried that often"),
    }
}

/// Amy is kept out; the proof that she knows the password.
async fn kept_out(world: &World) -> Secret {
    match attempt(world, "amy", PASSWORD).await {
        SignIn::Shut { again: Some(proof), .. } => proof,
        other => panic!("nothing can be sent: {other:?}"),
    }
}

async fn ask(world: &World, proof: &Secret) -> Result<SentAgain> {
    let stranger = world.stranger();
    world.identity.write(&stranger, async |op| sign_in::send_again(op, proof).await).await
}

fn is_over(answer: &Result<SentAgain>) -> bool {
    matches!(answer, Err(Error::NotFound))
}

#[test]
fn b_3_every_situation_is_answered_as_the_table_says_whichever_the_password() {
    for situation in Situation::ALL {
        for database in testkit::databases() {
            testkit::block_on(async move {
                let world = World::on(database).await;
                world.bring(situation).await;
                let name = if situation == Situation::Unknown { "nobody" } else { "amy" };
                let before = world.sent().await.len();
                let wrong = attempt(&world, name, "wrong").await;
                assert_eq!((answer(&wrong), wrong.code()), (Answer::AsWrong, GENERIC), "{situation:?}");
                assert_eq!(world.sent().await.len(), before, "{situation:?}: nothing is sent for a guess");
                let (expected, code, sent) = row(situation);
                let right = attempt(&world, name, PASSWORD).await;
                assert_eq!((answer(&right), right.code()), (expected, code), "{situation:?}");
                assert_eq!(world.sent().await.split_off(before), Vec::from_iter(sent), "{situation:?}");
                world.close().await;
            });
        }
    }
}

#[test]
fn b_3_where_the_organization_wants_it_every_refusal_is_the_same() {
    for situation in Situation::ALL {
        let (expected, ..) = row(situation);
        if matches!(expected, Answer::In | Answer::FormOnly) {
            continue;
        }
        for database in testkit::databases() {
            testkit::block_on(async move {
                let world = World::on(database).await;
                world.bring(situation).await;
                world.insist("login_always_generic").await;
                let right = attempt(&world, "amy", if situation == Situation::Unknown { "x" } else { PASSWORD }).await;
                assert_eq!((answer(&right), right.code()), (Answer::AsWrong, GENERIC), "{situation:?}");
                world.close().await;
            });
        }
    }
}

on_each_database! {
    async fn b_3_a_name_that_was_tried_too_often_is_answered_as_a_wrong_password_to_programs(world: World) {
        for _ in 0..10 {
            attempt(&world, "amy", "wrong").await;
        }
        let right = attempt(&world, "amy", PASSWORD).await;
        assert!(matches!(right, SignIn::Blocked { .. }) && right.code() == GENERIC, "{right:?}");
    }

    async fn t7_and_b_3_whoever_proved_the_password_asks_for_another_link_without_it(world: World) {
        world.bring(Situation::EmailUnverified).await;
        let proof = kept_out(&world).await;
        let first = world.last_letter().await.token();
        let sent = ask(&world, &proof).await.unwrap();
        assert_eq!(sent, SentAgain { way: Way::EmailLink, to: "amy@example.com".into() });
        assert_eq!(world.sent().await, [Template::VerifyEmail, Template::VerifyEmail]);
        // Pressing twice means it once.
        ask(&world, &proof).await.unwrap();
        assert_eq!(world.sent().await.len(), 2);
        let stranger = world.stranger();
        let old = world.identity.write(&stranger, async |op| accounts::verify_email(op, &first).await).await;
        assert!(matches!(old, Err(Error::NotFound)), "{old:?}");
        let second = world.last_letter().await.token();
        world.identity.write(&stranger, async |op| accounts::verify_email(op, &second).await).await.unwrap();
        assert!(is_over(&ask(&world, &proof).await), "nothing is in the way any more");
        assert_eq!(answer(&attempt(&world, "amy", PASSWORD).await), Answer::In);
    }

    async fn t7_a_registration_is_confirmed_by_the_link_that_was_asked_for_at_sign_in(world: World) {
        world.bring(Situation::PendingActivation).await;
        let proof = kept_out(&world).await;
        ask(&world, &proof).await.unwrap();
        let token = world.last_letter().await.token();
        let stranger = world.stranger();
        world.identity.write(&stranger, async |op| accounts::confirm_registration(op, &token).await).await.unwrap();
        assert!(is_over(&ask(&world, &proof).await));
    }

    async fn b_3_another_code_goes_to_the_number_of_which_the_end_is_told(world: World) {
        world.bring(Situation::MobileUnverified).await;
        let proof = kept_out(&world).await;
        let sent = ask(&world, &proof).await.unwrap();
        assert_eq!(sent, SentAgain { way: Way::SmsCode, to: "••• 0142".into() });
        let code = world.last_letter().await.secret();
        accounts::verify_mobile(&world.identity, &world.stranger(), "amy", &code).await.unwrap();
    }

    async fn es_114_what_is_asked_for_at_sign_in_is_sent_five_times_an_hour(world: World) {
        world.bring(Situation::EmailUnverified).await;
        let proof = kept_out(&world).await;
        // The refusal itself sent the first.
        for _ in 0..4 {
            ask(&world, &proof).await.unwrap();
            world.clock.advance(Duration::from_mins(1));
        }
        assert!(matches!(ask(&world, &proof).await, Err(Error::Throttled { .. })));
        assert_eq!(world.sent().await.len(), 5);
    }

    async fn the_proof_lasts_a_quarter_of_an_hour_and_opens_nothing_else(world: World) {
        world.bring(Situation::EmailUnverified).await;
        let older = kept_out(&world).await;
        let proof = kept_out(&world).await;
        assert!(is_over(&ask(&world, &older).await), "the newest refusal counts");
        assert!(is_over(&ask(&world, &Secret::new("unknown")).await));
        let stranger = world.stranger();
        let verify = world.identity.write(&stranger, async |op| accounts::verify_email(op, &proof).await).await;
        assert!(matches!(verify, Err(Error::NotFound)));
        let link = world.last_letter().await.token();
        assert!(is_over(&ask(&world, &link).await), "nor is a mailed link a proof");
        world.clock.advance(Duration::from_mins(15));
        assert!(is_over(&ask(&world, &proof).await));
        assert_eq!(world.sent().await.len(), 1);
    }

    async fn the_proof_ends_with_the_password_and_with_the_account(world: World) {
        world.bring(Situation::EmailUnverified).await;
        let proof = kept_out(&world).await;
        let (uma, amy) = (world.uma().await, world.cast.amy);
        world.identity.write(&uma, async |op| accounts::disable(op, amy, None).await).await.unwrap();
        assert!(is_over(&ask(&world, &proof).await));
        world.identity.write(&uma, async |op| accounts::enable(op, amy).await).await.unwrap();
        assert!(is_over(&ask(&world, &proof).await));
    }

    async fn what_cannot_be_sent_is_not_offered(world: World) {
        world.bring(Situation::MobileUnverified).await;
        let change = AccountChange { mobile: base::Change::Set("020 555 0142".into()), ..AccountChange::default() };
        let (uma, amy) = (world.uma().await, world.cast.amy);
        world.identity.write(&uma, async |op| accounts::update(op, amy, None, change).await).await.unwrap();
        assert_eq!(answer(&attempt(&world, "amy", PASSWORD).await), Answer::Shut(Gate::MobileNotVerified, false));
    }
}
