//! The import wizard, step by step, as a browser without scripts goes it.

mod execute;
mod map;
mod options;
mod review;
mod samples;
mod undo;
mod upload;

use axum::http::StatusCode;
use identity::{accounts, drafts, imports, jobs};
use testkit::World;

use crate::browser::{Answer, Browser, between};

const LIST: &str = "/console/imports";
const PEOPLE: &str = "username,given_name,surname,mail,room,password\n\
    bea,Bea,Ng,bea@example.com,B2,plum tunnel\n\
    cal,Cal,Ng,not-an-address,A1,orchid lantern\n\
    amy,Amy,Adams,amy@example.com,A2,\n";

/// What the form of the second step sends when nothing is changed.
pub(super) const OPTIONS: [(&str, &str); 10] = [
    ("delimiter", "comma"),
    ("encoding", "UTF-8"),
    ("quote", "double"),
    ("has_header", "1"),
    ("skip_lines", "0"),
    ("status", "enabled"),
    ("passwords", "none"),
    ("on_error", "skip"),
    ("list_separator", "semicolon"),
    ("trim", "1"),
];
const MERGE: [(&str, &str); 3] = [("match_by", "username"), ("mode", "create"), ("notify", "nobody")];

/// Uploads a file; answers where its import is.
pub(super) async fn upload(browser: &mut Browser, text: &str) -> String {
    browser.get(&format!("{LIST}/new")).await;
    let answer = browser.upload(LIST, "people.csv", text.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    answer.location().strip_suffix("/2").expect("the second step").to_owned()
}

/// What the selects of a page have chosen.
fn chosen(page: &Answer) -> Vec<(&str, &str)> {
    let selects = page.body.split("<select").skip(1).filter_map(|rest| rest.split_once("</select>"));
    selects
        .map(|(select, _)| {
            let name = between(select, "name=\"", "\"").expect("a name");
            let option = select.split("<option ").find(|option| option.contains(" selected"));
            (name, option.and_then(|option| between(option, "value=\"", "\"")).unwrap_or_default())
        })
        .collect()
}

/// Sends a form and expects to be led on.
async fn go_on(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.words());
    answer.location().to_owned()
}

/// Goes from the second step to the review, changing nothing.
async fn to_review(browser: &mut Browser, import: &str) -> Answer {
    let place = go_on(browser, &format!("{import}/2"), &OPTIONS).await;
    let page = browser.get(&place).await;
    let fields: Vec<_> = chosen(&page).into_iter().filter(|(name, _)| name.starts_with("map")).collect();
    let place = go_on(browser, &place, &fields).await;
    let place = go_on(browser, &place, &MERGE).await;
    let page = browser.get(&place).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.words());
    page
}

async fn start(browser: &mut Browser, import: &str, review: &Answer) -> Answer {
    let value = |name: &str| {
        between(&review.body, &format!("name=\"{name}\" value=\""), "\"").expect("a hidden field").to_owned()
    };
    let fields = [("mark", value("mark")), ("faulty", value("faulty")), ("part", "1".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(&format!("{import}/5"), &fields).await
}

/// Does what the worker of a server does.
async fn work(world: &World) {
    let identity = &world.identity;
    while let Some(job) = jobs::take(identity).await.expect("jobs are looked for") {
        let done = jobs::carry_out(identity, &job, async |progress| match job.kind.as_str() {
            drafts::CHECK_JOB => drafts::carry_out_check(identity, &job, progress).await,
            imports::UNDO_JOB => imports::carry_out_undo(identity, &job, progress).await,
            _ => drafts::carry_out(identity, &job, progress).await,
        });
        let done = done.await;
        done.expect("the job is carried out");
    }
}

async fn total(world: &World) -> u64 {
    world.identity.read(&world.operator(), async |op| accounts::summary(op).await).await.expect("figures").total
}

fn kept_files(world: &World) -> usize {
    std::fs::read_dir(world.files()).map_or(0, |entries| entries.count().saturating_sub(1))
}
