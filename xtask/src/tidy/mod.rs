//! The invariants of `docs/architecture.md` that the compiler can't hold, one check a sentence.

mod crates;
mod migrations;
mod order;
mod pages;
mod project;
mod rust;
mod tables;
mod transactions;
mod words;

use anyhow::{Result, bail};

use crate::workspace;
use project::{Problem, Project};

/// A sentence about the project and the function that finds where it isn't so.
struct Check {
    sentence: &'static str,
    find: fn(&Project) -> Vec<Problem>,
}

/// Files that don't exist yet break no sentence.
const CHECKS: &[Check] = &[
    Check {
        sentence: "A crate uses only the crates that the map gives it; the doors know no tables.",
        find: crates::find,
    },
    Check { sentence: "Capabilities use only those above them.", find: order::find },
    Check { sentence: "A table is written by one capability, in its rows.rs.", find: tables::written },
    Check { sentence: "Tables are read in rows.rs, and for lists in search.rs.", find: tables::read },
    Check {
        sentence: "Nothing slow inside a transaction: no hashing, no LDAP, no mail, no HTTP.",
        find: transactions::find,
    },
    Check { sentence: "Each migration exists for both databases.", find: migrations::find },
    Check { sentence: "SQL never folds case: the databases disagree on it.", find: tables::folding },
    Check { sentence: "Pages carry no inline script and no inline style.", find: pages::find },
    Check { sentence: "A source file has at most 600 lines.", find: words::long_files },
    Check { sentence: "No stubs, no skipped tests, no debugging left behind.", find: words::stubs },
    Check { sentence: "The project names no machine that it was made on.", find: words::foreign },
    Check { sentence: "A lock file of npm names no host.", find: words::lock_hosts },
];

/// Runs all checks over the repository and prints what they find.
///
/// Errors: one of them found something.
pub(crate) fn run() -> Result<()> {
    let project = Project::read(&workspace::top())?;
    let mut count = 0;
    for Check { sentence, find } in CHECKS {
        let problems = find(&project);
        println!("   {} {sentence}", if problems.is_empty() { "ok" } else { "NO" });
        for problem in &problems {
            println!("      {problem}");
        }
        count += problems.len();
    }
    if count == 0 { Ok(()) } else { bail!("{count} places break an invariant") }
}
