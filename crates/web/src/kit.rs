//! Every component on one page, for whoever builds pages; only in debug builds.

use askama::Template;
use axum::response::Response;
use base::Timestamp;

use crate::console::accounts::Pill;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::input::{FormProblem, Input};
use crate::render::{filters, page};

#[derive(Template)]
#[template(path = "kit.html")]
struct KitPage {
    frame: Frame,
    pills: Vec<Pill>,
    plain: Input,
    wrong: Input,
    problems: Vec<FormProblem>,
    instant: Timestamp,
    colors: [&'static str; 15],
}

/// `GET /console/kit/defect`: the page that a defect of ours gets, to be looked at without one.
pub(crate) async fn defect() -> Failure {
    Failure::Internal
}

/// `GET /kit`.
pub(crate) async fn show(frame: Frame) -> Response {
    let pill = |class, icon, words: &str| Pill { class, icon, words: words.to_owned() };
    let message = "The username “jbakker” is already used".to_owned();
    page(&KitPage {
        frame,
        pills: vec![
            pill("ok", "circle-check", "Enabled"),
            pill("off", "ban", "Disabled"),
            pill("lock", "lock", "Locked"),
            pill("mail", "mail", "Pending activation"),
            pill("wait", "hourglass", "Pending approval"),
            pill("good", "circle-check", "Finished"),
            pill("bad", "circle-x", "Failed"),
        ],
        plain: Input { value: "Marijke".into(), error: None },
        wrong: Input { value: "jbakker".into(), error: Some(message.clone()) },
        problems: vec![FormProblem { field: "k2".into(), message }],
        instant: Timestamp::from_millis(1_795_341_600_123),
        colors: [
            "canvas",
            "surface",
            "sunken",
            "hover",
            "line",
            "control",
            "ink",
            "ink-2",
            "ink-3",
            "accent",
            "accent-soft",
            "ok",
            "warn",
            "danger",
            "wait",
        ],
    })
}
