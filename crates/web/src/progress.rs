//! How far a job has come, for whoever looks at it: a bar that htmx exchanges every two seconds.

use askama::Template;
use base::Timestamp;
use identity::jobs::{self, Job};

use crate::render::filters;
use crate::render::words::about;

/// How far a job has come: what htmx exchanges.
#[derive(Template)]
#[template(path = "parts/progress.html")]
pub(crate) struct Progress {
    done: u64,
    total: u64,
    /// What is counted, as `rows`.
    what: &'static str,
    percent: u64,
    /// How long it will take, or what it waits for.
    stage: String,
    /// Where htmx asks again.
    href: String,
    figures: Vec<Figure>,
}

/// What became of some of those that are done.
pub(crate) struct Figure {
    icon: &'static str,
    label: String,
    number: u64,
    /// What class marks it, for it is good or bad news.
    class: &'static str,
}

impl Progress {
    /// `done` of `total` of `what`, by a job that may be gone; htmx asks `href` again.
    pub(crate) fn of(
        job: Option<&Job>,
        (done, total): (u64, u64),
        what: &'static str,
        href: String,
        now: Timestamp,
    ) -> Self {
        let total = total.max(done);
        Progress {
            done,
            total,
            what,
            percent: (done * 100).checked_div(total).unwrap_or(0),
            stage: match job {
                Some(job) if job.stop_wanted => "Stopping".to_owned(),
                Some(job) if job.state == jobs::State::Running => match job.time_left(done, total, now) {
                    Some(left) => format!("{} left", about(left)),
                    None => "In progress".to_owned(),
                },
                _ => "Waiting to begin".to_owned(),
            },
            href,
            figures: Vec::new(),
        }
    }

    /// The same, with figures below the bar.
    pub(crate) fn with(mut self, figures: impl IntoIterator<Item = Figure>) -> Self {
        self.figures.extend(figures);
        self
    }

    /// What a screen reader says when it has changed.
    fn spoken(&self) -> String {
        let bad = self.figures.iter().filter(|figure| figure.class == Figure::BAD);
        let bad = bad.map(|figure| format!(", {} {}", figure.number, figure.label.to_lowercase()));
        format!("{} percent done{}", self.percent, bad.collect::<String>())
    }
}

impl Figure {
    const BAD: &str = "is-bad";

    /// What was wanted.
    pub(crate) fn good(icon: &'static str, label: impl Into<String>, number: u64) -> Self {
        Figure { class: "is-ok", ..Figure::plain(icon, label, number) }
    }

    /// What is neither good nor bad.
    pub(crate) fn plain(icon: &'static str, label: impl Into<String>, number: u64) -> Self {
        Figure { icon, label: label.into(), number, class: "" }
    }

    /// What was not wanted, should there be any of it.
    pub(crate) fn bad(icon: &'static str, label: impl Into<String>, number: u64) -> Self {
        Figure { class: if number > 0 { Figure::BAD } else { "" }, ..Figure::plain(icon, label, number) }
    }
}
