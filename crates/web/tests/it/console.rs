//! The list of users, and what is done to several of them.

use axum::http::StatusCode;
use base::AccountId;
use identity::accounts::{Account, NewAccount};
use identity::settings;
use serde_json::json;
use testkit::World;

use crate::browser::{Answer, Browser, between, in_a_world};

const LIST: &str = "/console/users";

#[test]
fn es_4_a_row_shows_the_names_username_email_and_status_in_this_order() {
    in_a_world(async |world| {
        let page = Browser::of(world, "uma").await.get("/console/users?username=amy").await;
        let headings: Vec<_> =
            page.body.split("role=\"columnheader\"").skip(1).filter_map(|part| between(part, ">", "</th>")).collect();
        let headings: Vec<_> = headings.iter().map(|heading| text_of(heading)).collect();
        assert_eq!(headings[1..6], ["Last name", "First name2", "Username3", "Email", "Status"]);
        let row = page.body.split("<tr role=\"row\">").nth(2).expect("a row");
        let cells: Vec<_> = row.split("role=\"cell\"").skip(1).map(text_of).collect();
        assert!(row.contains(&format!("href=\"/console/users/{}\">Adams", world.cast.amy)));
        assert!(cells[1].contains("Amy") && cells[2].contains("amy") && cells[3].contains("amy@example.com"));
        assert!(cells[4].contains("Enabled"));
    });
}

#[test]
fn es_5_es_6_and_es_7_the_page_size_can_be_changed() {
    in_a_world(async |world| {
        many(world, 55).await;
        let mut browser = Browser::of(world, "uma").await;
        let page = browser.get(LIST).await;
        assert_eq!(page.usernames().len(), 25);
        assert!(page.body.contains("aria-label=\"Page 3\"") && !page.body.contains("aria-label=\"Page 4\""));
        assert_eq!(browser.get("/console/users?size=50").await.usernames().len(), 50);
    });
}

#[test]
fn es_8_a_changed_page_size_lasts_as_long_as_the_browser() {
    in_a_world(async |world| {
        many(world, 55).await;
        let mut first = Browser::of(world, "uma").await;
        first.get("/console/users?size=50").await;
        assert_eq!(first.get(LIST).await.usernames().len(), 50);
        assert_eq!(Browser::of(world, "uma").await.get(LIST).await.usernames().len(), 25);
        first.drop_cookie("reeve-session");
        first.sign_in("uma", testkit::PASSWORD).await;
        assert_eq!(first.get(LIST).await.usernames().len(), 25);
    });
}

#[test]
fn es_9_an_unfit_page_size_is_refused_and_the_old_one_stays() {
    in_a_world(async |world| {
        many(world, 55).await;
        let mut browser = Browser::of(world, "uma").await;
        browser.get("/console/users?size=50").await;
        for unfit in ["0", "-1", "abc", "501"] {
            let answer = browser.get(&format!("/console/users?size={unfit}")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{unfit}");
            assert!(answer.body.contains("Enter a whole number from 1 to 500"));
            assert_eq!(answer.usernames().len(), 50);
        }
    });
}

#[test]
fn es_10_page_controls_exist_only_when_there_is_more_than_one_page() {
    in_a_world(async |world| {
        many(world, 20).await;
        let mut browser = Browser::of(world, "uma").await;
        assert!(!browser.get(LIST).await.body.contains("class=\"pager\""), "25 accounts");
        many(world, 1).await;
        assert!(browser.get(LIST).await.body.contains("class=\"pager\""), "26 accounts");
    });
}

#[test]
fn es_11_a_page_past_the_end_is_the_last_one() {
    in_a_world(async |world| {
        many(world, 55).await;
        let mut browser = Browser::of(world, "uma").await;
        for number in ["999", "1000000000000000000", "99999999999999999999999999"] {
            let page = browser.get(&format!("/console/users?page={number}")).await;
            assert_eq!(page.status, StatusCode::OK, "{number}");
            assert_eq!(page.usernames().len(), 10, "{number}");
        }
        for odd in ["0", "-1", "x", ""] {
            assert_eq!(browser.get(&format!("/console/users?page={odd}")).await.usernames().len(), 25, "{odd}");
        }
    });
}

#[test]
fn es_12_no_match_says_so_and_leaves_the_reset_link() {
    in_a_world(async |world| {
        let page = Browser::of(world, "uma").await.get("/console/users?q=zzyzx").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("No users match “zzyzx”") && page.body.contains("(reset)"));
    });
}

#[test]
fn es_24_one_heading_says_how_the_list_is_sorted() {
    in_a_world(async |world| {
        let page = Browser::of(world, "uma").await.get("/console/users?sort=email&dir=desc").await;
        assert_eq!(page.body.matches("aria-sort=").count(), 1);
        assert!(page.body.contains("aria-sort=\"descending\"><a href=\"/console/users?sort=email\""));
        assert!(page.text().contains("sorted by email descending"));
    });
}

#[test]
fn es_23_an_unknown_order_is_the_default_one() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        let usual = browser.get(LIST).await;
        let odd = browser.get("/console/users?sort=password_hash&dir=up").await;
        assert_eq!(odd.status, StatusCode::OK);
        assert_eq!(odd.usernames(), usual.usernames());
    });
}

#[test]
fn es_25_walking_the_pages_meets_everybody_once() {
    in_a_world(async |world| {
        many(world, 115).await;
        let mut browser = Browser::of(world, "uma").await;
        let mut met = Vec::new();
        let mut next = Some("/console/users?sort=status&dir=desc&size=25".to_owned());
        while let Some(path) = next {
            let page = browser.get(&path).await;
            met.extend(page.usernames().into_iter().map(str::to_owned));
            next = next_page(&page);
        }
        assert_eq!(met.len(), 120);
        met.sort();
        met.dedup();
        assert_eq!(met.len(), 120);
    });
}

#[test]
fn es_26_es_29_and_es_30_a_search_closes_the_panel_and_can_be_reset() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        let plain = browser.get(LIST).await;
        assert!(!plain.body.contains("(reset)") && !plain.body.contains("advpanel"));
        let open = browser.get("/console/users?advanced=1").await;
        assert!(open.body.contains("advpanel") && open.body.contains(">Clear</a>"));
        let found = browser.get("/console/users?q=&last=&first=AM&status=&role=&created_from=").await;
        assert!(!found.body.contains("advpanel") && found.body.contains("(reset)"));
        assert_eq!(found.usernames(), ["sam", "amy"].iter().rev().copied().collect::<Vec<_>>());
        assert!(found.body.contains("First name contains “AM”"));
    });
}

#[test]
fn es_33_signs_are_only_signs() {
    in_a_world(async |world| {
        world.people(&[("Ann", "One", "a_b"), ("Ann", "Two", "axb")]).await;
        let mut browser = Browser::of(world, "uma").await;
        assert_eq!(browser.get("/console/users?username=a_b").await.usernames(), ["a_b"]);
        for query in ["%25", "%5C", "*", "'", "%22", "%27+or+1%3D1+--"] {
            assert_eq!(browser.get(&format!("/console/users?q={query}")).await.status, StatusCode::OK, "{query}");
        }
    });
}

#[test]
fn htmx_gets_the_list_alone_and_the_address_without_blanks() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        let piece = browser.get_fragment("/console/users?q=amy&status=&size=25").await;
        assert_eq!(piece.header("hx-push-url"), "/console/users?q=amy");
        assert_eq!(piece.header("vary"), "HX-Request");
        assert_eq!(piece.header("cache-control"), "no-store");
        assert!(!piece.body.contains("<html") && piece.body.contains("hx-target=\"#strip\""));
        assert_eq!(piece.usernames(), ["amy"]);
    });
}

#[test]
fn es_37_a_deed_without_a_choice_is_refused() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        browser.get(LIST).await;
        for path in ["/console/users/bulk", "/console/users/bulk/delete"] {
            let answer = browser.post(path, &[("do", "disable")]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains("Choose at least one user."));
        }
    });
}

#[test]
fn es_38_and_es_39_disabling_and_enabling_happen_at_once_and_can_be_undone() {
    in_a_world(async |world| {
        let both = world.people(&[("Ann", "One", "ann1"), ("Ann", "Two", "ann2")]).await;
        let ids: Vec<_> = both.iter().map(|account| account.id.to_string()).collect();
        let mut browser = Browser::of(world, "uma").await;
        browser.get(LIST).await;
        let chosen = [("id", ids[0].as_str()), ("id", &ids[1]), ("do", "disable"), ("return", "/console/users?q=ann")];
        let answer = browser.post("/console/users/bulk", &chosen).await;
        assert_eq!(answer.location(), "/console/users?q=ann");
        let page = browser.get("/console/users?q=ann").await;
        assert!(page.body.contains("2 users disabled") && page.body.contains(">Undo</button>"));
        assert_eq!(statuses(world, &both).await, ["disabled", "disabled"]);
        let undo = [("id", ids[0].as_str()), ("id", &ids[1]), ("do", "enable")];
        assert_eq!(browser.post("/console/users/bulk", &undo).await.location(), LIST);
        assert_eq!(statuses(world, &both).await, ["enabled", "enabled"]);
    });
}

#[test]
fn es_40_deleting_asks_first() {
    in_a_world(async |world| {
        let both = world.people(&[("Ann", "One", "ann1"), ("Ann", "Two", "ann2")]).await;
        let ids: Vec<_> = both.iter().map(|account| account.id.to_string()).collect();
        let mut browser = Browser::of(world, "uma").await;
        browser.get(LIST).await;
        let chosen = [("id", ids[0].as_str()), ("id", &ids[1])];
        let question = browser.post("/console/users/bulk/delete", &chosen).await;
        assert_eq!(question.status, StatusCode::OK);
        assert!(question.body.contains("Delete 2 users?") && question.body.contains("This cannot be undone."));
        assert!(world.find(both[0].id).await.is_ok());
        let unticked = [chosen[0], chosen[1], ("answer", "1")];
        assert_eq!(
            browser.post("/console/users/bulk/delete", &unticked).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let ticked = [chosen[0], chosen[1], ("answer", "1"), ("confirmed", "1")];
        assert_eq!(browser.post("/console/users/bulk/delete", &ticked).await.location(), LIST);
        assert!(world.find(both[0].id).await.is_err() && world.find(both[1].id).await.is_err());
        assert!(browser.get(LIST).await.body.contains("2 users deleted"));
    });
}

#[test]
fn es_41_and_es_42_skipped_users_are_named_with_the_reason() {
    in_a_world(async |world| {
        let ann = world.person("Ann", "One").await;
        let (ann, sam, uma) = (ann.id.to_string(), world.cast.sam.to_string(), world.cast.uma.to_string());
        let gone = "01939a5c-7b7e-7cc0-8000-000000000001";
        let mut browser = Browser::of(world, "uma").await;
        browser.get(LIST).await;
        let chosen = [("id", ann.as_str()), ("id", &sam), ("id", &uma), ("id", gone), ("do", "disable")];
        let answer = browser.post("/console/users/bulk", &chosen).await;
        assert_eq!(answer.status, StatusCode::OK);
        let text = answer.text();
        assert!(text.contains("1 user disabled, 3 skipped"), "{text}");
        assert!(text.contains("You cannot do this to your own account") && text.contains("Only a super administrator"));
        assert!(text.contains("no longer exists") && text.contains("Sam Sso"));
        let again = browser.post("/console/users/bulk", &chosen).await;
        assert!(again.text().contains("0 users disabled, 1 unchanged, 3 skipped"));
    });
}

#[test]
fn es_44_a_disabled_user_is_out_at_the_next_click() {
    in_a_world(async |world| {
        let mut amy = Browser::of(world, "amy").await;
        assert_eq!(amy.get("/account").await.status, StatusCode::OK);
        let mut uma = Browser::of(world, "uma").await;
        uma.get(LIST).await;
        let id = world.cast.amy.to_string();
        uma.post("/console/users/bulk", &[("id", id.as_str()), ("do", "disable")]).await;
        assert_eq!(amy.get("/").await.location(), "/sign-in");
    });
}

#[test]
fn all_that_match_can_be_chosen_and_are_asked_about() {
    in_a_world(async |world| {
        many(world, 30).await;
        let mut browser = Browser::of(world, "uma").await;
        let page = browser.get("/console/users?last=many").await;
        assert!(page.body.contains("Select all 30 users that match"));
        let page = browser.get("/console/users?last=many&select=all").await;
        assert!(page.body.contains("name=\"scope\" value=\"all\"") && page.body.contains("30 selected"));
        let ids = ticked(&page);
        let mut chosen: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
        chosen.extend([
            ("do", "disable"),
            ("scope", "all"),
            ("shown", "25"),
            ("matching", "30"),
            ("return", "/console/users?last=many"),
        ]);
        let question = browser.post("/console/users/bulk", &chosen).await;
        assert!(question.body.contains("Disable 30 users?"));
        many(world, 1).await;
        chosen.push(("confirmed", "1"));
        let again = browser.post("/console/users/bulk", &chosen).await;
        assert!(again.body.contains("Disable 31 users?") && again.body.contains("The list changed meanwhile."));
        chosen.retain(|(name, _)| *name != "matching");
        chosen.push(("matching", "31"));
        assert_eq!(browser.post("/console/users/bulk", &chosen).await.location(), "/console/users?last=many");
        assert_eq!(browser.get("/console/users?last=many&status=disabled&size=100").await.usernames().len(), 31);
    });
}

#[test]
fn a_tick_taken_away_leaves_only_the_other_ticks() {
    in_a_world(async |world| {
        many(world, 30).await;
        let mut browser = Browser::of(world, "uma").await;
        let page = browser.get("/console/users?last=many&select=all").await;
        let ids = ticked(&page);
        let mut chosen: Vec<(&str, &str)> = ids.iter().skip(1).map(|id| ("id", id.as_str())).collect();
        chosen.extend([
            ("do", "disable"),
            ("scope", "all"),
            ("shown", "25"),
            ("matching", "30"),
            ("return", "/console/users?last=many"),
        ]);
        browser.post("/console/users/bulk", &chosen).await;
        assert_eq!(browser.get("/console/users?last=many&status=disabled&size=100").await.usernames().len(), 24);
    });
}

#[test]
fn deleting_ten_users_takes_a_fresh_sign_in() {
    in_a_world(async |world| {
        let accounts = many(world, 10).await;
        let ids: Vec<_> = accounts.iter().map(ToString::to_string).collect();
        let mut browser = Browser::of(world, "uma").await;
        world.clock.advance(std::time::Duration::from_mins(11));
        browser.get(LIST).await;
        let mut chosen: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
        chosen.extend([("answer", "1"), ("confirmed", "1")]);
        let answer = browser.post("/console/users/bulk/delete", &chosen).await;
        assert_eq!(answer.location(), "/reauth?return=%2Fconsole%2Fusers");
        assert!(world.find(accounts[0]).await.is_ok());
    });
}

#[test]
fn es_48_and_es_54_the_figures_add_up_whatever_is_filtered() {
    in_a_world(async |world| {
        let mut browser = Browser::of(world, "uma").await;
        let figures = |page: &Answer| -> Vec<String> {
            let strip = between(&page.body, "class=\"strip\"", "</nav>").expect("a strip").to_owned();
            strip.split("<b>").skip(1).filter_map(|part| part.split("</b>").next()).map(str::to_owned).collect()
        };
        let all = figures(&browser.get(LIST).await);
        assert_eq!(all[..2], ["5", "5"]);
        assert_eq!(all.last().map(String::as_str), Some("Unlimited"));
        assert_eq!(figures(&browser.get("/console/users?q=amy").await), all);
        let operator = world.operator();
        let limit =
            world.identity.write(&operator, async |op| settings::choose(op, "site_user_limit", json!(100)).await);
        limit.await.expect("the operator may choose");
        assert!(browser.get(LIST).await.text().contains("100License limit · 95 left"));
    });
}

/// Makes `count` accounts named Many.
async fn many(world: &World, count: usize) -> Vec<AccountId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        let username = format!("many{}", world.identity.random().below(1_000_000_000));
        let new = NewAccount {
            email: format!("{username}@example.com"),
            username,
            first_name: "One".into(),
            last_name: "Many".into(),
            ..NewAccount::default()
        };
        ids.push(world.create(new).await.expect("an account").id);
    }
    ids
}

async fn statuses(world: &World, accounts: &[Account]) -> Vec<&'static str> {
    let mut statuses = Vec::new();
    for account in accounts {
        statuses.push(world.account(account.id).await.status().code());
    }
    statuses
}

/// The ticked rows of a page.
fn ticked(page: &Answer) -> Vec<String> {
    let rows =
        page.body.split("class=\"rowcheck\"").skip(1).filter(|row| row.starts_with(" type=\"checkbox\" name=\"id\""));
    rows.filter_map(|row| between(row, "value=\"", "\"")).map(str::to_owned).collect()
}

/// Where the next page is.
fn next_page(page: &Answer) -> Option<String> {
    let before = page.body.split_once("aria-label=\"Next page\"")?.0;
    let href = before.rsplit_once("href=\"")?.1;
    Some(href.trim_end_matches("\" ").replace("&#38;", "&").replace("&amp;", "&"))
}

fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for sign in html.chars() {
        match sign {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if !in_tag => text.push(sign),
            _ => {}
        }
    }
    text.trim().to_owned()
}
