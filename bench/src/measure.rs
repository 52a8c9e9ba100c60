//! Timing, and the table of what was timed.

use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::Result;

/// How long something took, over several times.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    sorted: Vec<Duration>,
}

impl Timing {
    /// The timing of what took these spans.
    pub(crate) fn of(mut spans: Vec<Duration>) -> Self {
        spans.sort_unstable();
        Timing { sorted: spans }
    }

    /// Half took no longer.
    pub(crate) fn p50(&self) -> Duration {
        self.at(50)
    }

    /// Nineteen of twenty took no longer.
    pub(crate) fn p95(&self) -> Duration {
        self.at(95)
    }

    fn at(&self, percent: usize) -> Duration {
        let index = (self.sorted.len() * percent / 100).min(self.sorted.len().saturating_sub(1));
        self.sorted.get(index).copied().unwrap_or_default()
    }
}

/// Times `work`, called with 0, 1, 2, … .
#[expect(clippy::disallowed_methods, reason = "a bench is there to look at the clock")]
pub(crate) async fn time<F: Future<Output = Result<()>>>(
    times: usize,
    mut work: impl FnMut(usize) -> F,
) -> Result<Timing> {
    // Once beforehand, so that statements are prepared and pages are in memory.
    work(0).await?;
    let mut sorted = Vec::with_capacity(times);
    for n in 0..times {
        let begin = Instant::now();
        work(n).await?;
        sorted.push(begin.elapsed());
    }
    sorted.sort_unstable();
    Ok(Timing { sorted })
}

/// How long `work` takes, once.
#[expect(clippy::disallowed_methods, reason = "a bench is there to look at the clock")]
pub(crate) async fn once<T>(work: impl Future<Output = Result<T>>) -> Result<(T, Duration)> {
    let begin = Instant::now();
    let answer = work.await?;
    Ok((answer, begin.elapsed()))
}

/// What was measured, with the goal where there is one.
#[derive(Default)]
pub(crate) struct Table {
    control: Option<Duration>,
    rows: Vec<String>,
    notes: Vec<String>,
}

impl Table {
    /// What everything else is compared with.
    pub(crate) fn control(&mut self, what: &str, timing: &Timing) {
        self.control = Some(timing.p50());
        self.timing(what, timing, None);
    }

    /// A timing; `goal` is for 95 of 100.
    pub(crate) fn timing(&mut self, what: &str, timing: &Timing, goal: Option<Duration>) {
        let ratio = timing.p50().as_secs_f64() / self.control.unwrap_or(timing.p50()).as_secs_f64().max(1e-9);
        let verdict = goal.map_or(String::new(), |goal| {
            format!("{} {}", if timing.p95() <= goal { "≤" } else { "**over**" }, show(goal))
        });
        self.rows.push(format!(
            "| {what} | {} | {} | {ratio:.1} | {verdict} |",
            show(timing.p50()),
            show(timing.p95())
        ));
        eprintln!("{}", self.rows.last().map_or("", String::as_str));
    }

    /// Something that was done once.
    pub(crate) fn single(&mut self, what: &str, took: Duration, goal: Option<Duration>) {
        self.timing(what, &Timing { sorted: vec![took] }, goal);
    }

    /// A sentence below the table.
    pub(crate) fn note(&mut self, note: &str) {
        eprintln!("{note}");
        self.notes.push(note.to_owned());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | p50 | p95 | times the control | goal for p95 |\n|---|---|---|---|---|")?;
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        for note in &self.notes {
            writeln!(f, "\n{note}")?;
        }
        Ok(())
    }
}

fn show(span: Duration) -> String {
    let micros = span.as_secs_f64() * 1e6;
    if micros < 1_000.0 {
        format!("{micros:.0} µs")
    } else if micros < 1_000_000.0 {
        format!("{:.1} ms", micros / 1e3)
    } else {
        format!("{:.1} s", micros / 1e6)
    }
}
