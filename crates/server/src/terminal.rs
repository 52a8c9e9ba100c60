//! Asking the person at the terminal, or the program that called us.

use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Context, Result};
use base::Secret;
use console::Term;

use crate::config::Misuse;

/// Prints a line for whoever started us. A reader that has gone, as `head` does, is no failure; control characters,
/// which might come from a file and command the terminal, are replaced.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{}", harmless(&line.to_string()));
}

fn harmless(text: &str) -> String {
    let harmless = |sign: char| if sign.is_control() && sign != '\n' { char::REPLACEMENT_CHARACTER } else { sign };
    text.chars().map(harmless).collect()
}

/// What was given, or else what the person types.
///
/// Errors: nobody is there to ask, and the flag is missing.
pub(crate) fn ask(given: Option<String>, question: &str, flag: &str) -> Result<String> {
    if let Some(given) = given {
        return Ok(given);
    }
    if !io::stdin().is_terminal() {
        return Err(Misuse(format!("{flag} is missing")).into());
    }
    eprint!("{question}: ");
    io::stderr().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("nothing could be read from the terminal")?;
    Ok(line.trim().to_owned())
}

/// A new password and its repetition: typed twice without being seen, or the first line of standard input.
///
/// Errors: nothing could be read.
pub(crate) fn ask_for_password(from_stdin: bool) -> Result<(Secret, Secret)> {
    if from_stdin || !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).context("no password could be read from standard input")?;
        let password = Secret::new(line.trim_end_matches(['\r', '\n']));
        return Ok((password.clone(), password));
    }
    let terminal = Term::stderr();
    let hidden = |question: &str| -> Result<Secret> {
        terminal.write_str(question)?;
        Ok(Secret::new(terminal.read_secure_line().context("no password could be read from the terminal")?))
    };
    Ok((hidden("Password (not shown): ")?, hidden("The same again: ")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_cannot_command_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2Jb\nc"), "a\u{fffd}[2Jb\nc");
    }
}
