//! What a link or code is bound to, and how often it works.

use std::time::Duration;

use base::{Change, Secret};
use identity::accounts::{self, AccountChange, LinkFound, Proof, look_at_link};
use identity::one_time_links::{Purpose, Standing, Way};
use serde_json::json;
use testkit::{World, on_each_database};

use super::{NEW, by_code, choose, codes, force_reset, invite, is_let_in, newcomer, redeem, typed};

async fn standing(world: &World, token: &Secret) -> Standing {
    let stranger = world.stranger();
    let read = world.identity.read(&stranger, async |op| look_at_link(op, &Purpose::PASSWORDS, token).await);
    match read.await.unwrap() {
        LinkFound::Works { .. } => Standing::Open,
        LinkFound::Over { standing, .. } => standing,
        LinkFound::Unknown => panic!("the link is known"),
    }
}

on_each_database! {
    async fn es_178_a_link_works_once_and_says_so(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        assert_eq!(standing(&world, &token).await, Standing::Open);
        redeem(&world, &Proof::Link(token.clone()), NEW).await.unwrap();
        assert_eq!(codes(redeem(&world, &Proof::Link(token.clone()), "other velvet harbor 99").await), ["not_found"]);
        assert_eq!(standing(&world, &token).await, Standing::Used);
        assert!(is_let_in(&world, "amy", NEW).await);
    }

    async fn cve_2022_23555_of_twenty_who_use_a_link_at_once_one_succeeds(world: World) {
        let nina = newcomer(&world, "Nina").await;
        invite(&world, nina, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        let mut tasks = Vec::new();
        for n in 0..20 {
            let (identity, stranger, proof) = (world.identity.clone(), world.stranger(), Proof::Link(token.clone()));
            tasks.push(tokio::spawn(async move {
                let password = format!("{NEW} {n}");
                accounts::choose_password(&identity, &stranger, &proof, typed(&password)).await.map(|_| password)
            }));
        }
        let mut won = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                Ok(password) => won.push(password),
                Err(error) => assert!(matches!(error.code(), "not_found" | "stale"), "{error}"),
            }
        }
        assert_eq!(won.len(), 1);
        assert!(is_let_in(&world, "nina", &won[0]).await);
        assert_eq!(world.audited("password_chosen").await.len(), 1);
    }

    async fn cve_2022_23555_of_several_who_use_a_code_at_once_one_succeeds(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailCode).await.unwrap();
        let code = world.last_letter().await.secret();
        let mut tasks = Vec::new();
        for n in 0..6 {
            let (identity, stranger, proof) = (world.identity.clone(), world.stranger(), by_code("amy", code.expose()));
            tasks.push(tokio::spawn(async move {
                let password = format!("{NEW} {n}");
                accounts::choose_password(&identity, &stranger, &proof, typed(&password)).await.is_ok()
            }));
        }
        let mut won = 0;
        for task in tasks {
            won += u32::from(task.await.unwrap());
        }
        assert_eq!((won, world.audited("password_chosen").await.len()), (1, 1));
    }

    async fn cve_2025_64708_the_end_of_a_link_is_looked_at_when_it_is_used(world: World) {
        let amy = world.cast.amy;
        force_reset(&world, amy, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        world.clock.advance(Duration::from_hours(24) - Duration::from_millis(1));
        assert_eq!(standing(&world, &token).await, Standing::Open);
        world.clock.advance(Duration::from_millis(1));
        assert_eq!(standing(&world, &token).await, Standing::Expired);
        assert_eq!(codes(redeem(&world, &Proof::Link(token), NEW).await), ["not_found"]);
        let nina = newcomer(&world, "Nina").await;
        invite(&world, nina, Way::EmailCode).await.unwrap();
        let code = world.last_letter().await.secret();
        world.clock.advance(Duration::from_mins(10));
        assert_eq!(codes(redeem(&world, &by_code("nina", code.expose()), NEW).await), ["WRONG_CODE"]);
    }

    async fn es_178_a_link_dies_with_the_password_the_address_and_the_account(world: World) {
        let uma = world.uma().await;
        for what in ["password", "email", "disable", "newer"] {
            let id = world.join(&format!("Ida{what}"), "Test", None).await;
            force_reset(&world, id, Way::EmailLink).await.unwrap();
            let token = world.last_letter().await.token();
            let expected = match what {
                "password" => {
                    accounts::set_password(&world.identity, &uma, id, typed(NEW)).await.unwrap();
                    Standing::Ended
                }
                "email" => {
                    let change = AccountChange { email: Change::Set("other@partner.example".into()), ..AccountChange::default() };
                    world.identity.write(&uma, async |op| accounts::update(op, id, None, change).await).await.unwrap();
                    Standing::Ended
                }
                "disable" => {
                    world.identity.write(&uma, async |op| accounts::disable(op, id, None).await).await.unwrap();
                    world.identity.write(&uma, async |op| accounts::enable(op, id).await).await.unwrap();
                    Standing::Ended
                }
                _ => {
                    force_reset(&world, id, Way::EmailLink).await.unwrap();
                    // The reset ends what was there before it sends another one.
                    Standing::Ended
                }
            };
            assert_eq!(standing(&world, &token).await, expected, "{what}");
            assert_eq!(codes(redeem(&world, &Proof::Link(token), "another velvet harbor 7").await), ["not_found"], "{what}");
        }
        let gone = world.join("Gone", "Test", None).await;
        force_reset(&world, gone, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        world.identity.write(&uma, async |op| accounts::delete(op, gone).await).await.unwrap();
        assert_eq!(codes(redeem(&world, &Proof::Link(token), NEW).await), ["not_found"]);
    }

    async fn es_178_a_link_is_bound_to_the_password_even_if_nobody_ended_it(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        // As a program of ours would that forgot to end the links.
        world.execute("update passwords set hash = (select hash from passwords where account_id <> $1 limit 1)
                       where account_id = $1", store::params![world.cast.amy]).await;
        assert_eq!(standing(&world, &token).await, Standing::Ended);
        assert_eq!(codes(redeem(&world, &Proof::Link(token), NEW).await), ["not_found"]);
    }

    async fn cve_2023_26481_a_link_or_code_is_for_its_own_account_and_purpose(world: World) {
        let (nina, nils) = (newcomer(&world, "Nina").await, newcomer(&world, "Nils").await);
        invite(&world, nina, Way::EmailCode).await.unwrap();
        let code = world.last_letter().await.secret();
        invite(&world, nils, Way::EmailCode).await.unwrap();
        assert_eq!(codes(redeem(&world, &by_code("nils", code.expose()), NEW).await), ["WRONG_CODE"]);
        assert_eq!(codes(redeem(&world, &by_code("nobody", code.expose()), NEW).await), ["WRONG_CODE"]);
        // A code is no link, and the link of a registration sets no password.
        assert_eq!(codes(redeem(&world, &Proof::Link(code), NEW).await), ["not_found"]);
        let (_, link) = world.registered("Wren").await;
        assert_eq!(codes(redeem(&world, &Proof::Link(link.clone()), NEW).await), ["not_found"]);
        invite(&world, nils, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        let stranger = world.stranger();
        for wrong in [
            world.identity.write(&stranger, async |op| accounts::confirm_registration(op, &token).await).await,
            world.identity.write(&stranger, async |op| accounts::verify_email(op, &token).await).await,
            world.identity.write(&stranger, async |op| accounts::verify_email(op, &link).await).await,
        ] {
            assert_eq!(codes(wrong), ["not_found"]);
        }
    }

    async fn cve_2026_1529_a_token_that_differs_in_one_sign_is_none(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        let text = token.expose();
        for place in 0..text.len() {
            let other = if &text[place..=place] == "A" { "B" } else { "A" };
            let flipped = format!("{}{other}{}", &text[..place], &text[place + 1..]);
            assert_eq!(codes(redeem(&world, &Proof::Link(Secret::new(flipped)), NEW).await), ["not_found"]);
        }
        for wrong in ["", "x", &format!("{text} "), &text.repeat(100)] {
            assert_eq!(codes(redeem(&world, &Proof::Link(Secret::new(wrong)), NEW).await), ["not_found"]);
        }
        redeem(&world, &Proof::Link(token), NEW).await.unwrap();
    }

    async fn a_code_can_be_guessed_a_few_times_only(world: World) {
        choose(&world, "code_tries", json!(3)).await;
        force_reset(&world, world.cast.amy, Way::EmailCode).await.unwrap();
        let code = world.last_letter().await.secret();
        let wrong = if code.expose() == "000000" { "000001" } else { "000000" };
        // A right code with a bad password costs no try.
        for _ in 0..5 {
            assert_eq!(codes(redeem(&world, &by_code("amy", code.expose()), "short").await), ["PASSWORD_POLICY"]);
        }
        for _ in 0..3 {
            assert_eq!(codes(redeem(&world, &by_code("amy", wrong), NEW).await), ["WRONG_CODE"]);
        }
        assert_eq!(codes(redeem(&world, &by_code("amy", code.expose()), NEW).await), ["WRONG_CODE"]);
        assert_eq!(world.audited("code_refused").await.len(), 4);
        // An administrator can always help.
        force_reset(&world, world.cast.amy, Way::EmailCode).await.unwrap();
        let code = world.last_letter().await.secret();
        let spaced = format!("{} {}", &code.expose()[..3], &code.expose()[3..]);
        redeem(&world, &by_code("amy", &spaced), NEW).await.unwrap();
    }

    async fn of_fifty_guesses_at_once_no_more_are_looked_at_than_may_be(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailCode).await.unwrap();
        let code = world.last_letter().await.secret();
        let right: u32 = code.expose().parse().unwrap();
        let mut tasks = Vec::new();
        for n in 1..=50 {
            let (identity, stranger) = (world.identity.clone(), world.stranger());
            let wrong = format!("{:06}", (right + n) % 1_000_000);
            tasks.push(tokio::spawn(async move {
                accounts::choose_password(&identity, &stranger, &by_code("amy", &wrong), typed(NEW)).await.is_ok()
            }));
        }
        for task in tasks {
            assert!(!task.await.unwrap());
        }
        assert_eq!(codes(redeem(&world, &by_code("amy", code.expose()), NEW).await), ["WRONG_CODE"], "all tries are used up");
    }

    async fn nothing_of_a_link_or_code_rests_readable(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailLink).await.unwrap();
        let token = world.last_letter().await.token();
        let nina = newcomer(&world, "Nina").await;
        invite(&world, nina, Way::EmailCode).await.unwrap();
        let code = world.last_letter().await.secret();
        for event in ["password_reset_required", "user_invited", "code_refused"] {
            let told = format!("{:?}", world.audited(event).await);
            assert!(!told.contains(token.expose()) && !told.contains(code.expose()), "{event}");
        }
    }

    async fn cve_2026_29067_a_mailed_link_is_built_from_the_configured_address(world: World) {
        force_reset(&world, world.cast.amy, Way::EmailLink).await.unwrap();
        let letter = world.last_letter().await;
        let links = letter.plain.split_whitespace().filter(|word| word.contains("://"));
        for link in links {
            assert!(link.starts_with("https://sso.example.com"), "{link}");
        }
    }
}
