//! How far an import is, for a person who watches.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use identity::imports::Batch;
use indicatif::{ProgressBar, ProgressStyle};

/// A line on the terminal that says how far it is; nothing where nobody watches.
pub(super) struct Progress(ProgressBar);

/// What is imported, to know its length.
pub(super) enum Source {
    Path(PathBuf),
    Counted(u64),
}

impl Progress {
    /// Begins at the first of `lines`.
    pub(super) fn begin(lines: u64, is_silent: bool) -> Self {
        if is_silent || !std::io::stderr().is_terminal() {
            return Progress(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}  {elapsed}, {eta} left");
        let bar = ProgressBar::new(lines.max(1));
        Progress(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// Shows that a batch is done.
    pub(super) fn show(&self, batch: &Batch) {
        let totals = batch.totals;
        if let Some(last) = batch.rows.last() {
            self.0.set_position(last.line);
        }
        self.0.set_message(format!("{} rows, {} faulty", totals.rows(), totals.failed));
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// About how many lines there are: bytes that break one, whatever the encoding.
pub(super) fn count_lines(source: &Source) -> u64 {
    let path = match source {
        Source::Counted(lines) => return *lines,
        Source::Path(path) => path,
    };
    let Ok(mut file) = File::open(path) else { return 0 };
    let mut buffer = vec![0; 64 * 1024];
    let mut lines = 0;
    while let Ok(read @ 1..) = file.read(&mut buffer) {
        lines += lines_in(&buffer[..read]);
    }
    lines
}

/// How many line breaks there are.
pub(super) fn lines_in(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').skip(1).count() as u64
}
