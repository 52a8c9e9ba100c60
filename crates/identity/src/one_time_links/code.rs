//! Codes of a few digits, which could be guessed: each may be tried a few times only.

use base::{AccountId, Random, Secret, hex};

use super::{Bond, Purpose, Standing, rows};
use crate::files::Files;
use crate::{Operation, Result};

/// What the mark of a code is for.
const PURPOSE: &str = "reeve code";

/// What became of entering a code.
#[derive(Debug)]
pub(crate) enum Guess {
    /// It is right, and not used up yet.
    Right(Bond),
    /// It is wrong, or there is none that works.
    Wrong,
}

/// A new code.
pub(super) fn digits(random: &Random, count: u32) -> Secret {
    let width = count as usize;
    Secret::new(format!("{:0width$}", random.below(10_u64.saturating_pow(count))))
}

/// How a code is kept: with chance of its own row, so that equal codes don't look alike, and with the key of the folder for
/// files. There are so few codes that whoever has a copy of the database could try them all; without the key that tells
/// nothing.
///
/// Errors: `Unavailable` when the key can't be read.
pub(super) fn mark(files: &Files, token_hash: &[u8; 32], digits: &Secret) -> Result<[u8; 32]> {
    files.sealing_key()?.mark(PURPOSE, &[token_hash, digits.expose().as_bytes()].concat())
}

/// Compares what was typed with the code that works for the account. After `most_tries` wrong ones the right one works no
/// more. A try is counted before it is looked at: nobody gets more of them by being fast.
///
/// Errors: `Unavailable`.
pub(crate) async fn guess(
    op: &mut Operation<'_>,
    account: AccountId,
    purposes: &[Purpose],
    typed: &Secret,
    most_tries: u32,
) -> Result<Guess> {
    let now = op.now;
    // People type codes as they read them: `123 456`.
    let digits: String = typed.expose().chars().filter(|sign| !sign.is_whitespace() && *sign != '-').collect();
    let digits = Secret::new(digits);
    for purpose in purposes {
        let Some(bond) = super::latest(op, account, *purpose).await? else { continue };
        if !bond.way.is_code() || bond.standing(now) != Standing::Open {
            continue;
        }
        let Some(kept) = rows::take_a_try(&mut op.tx, bond.token_hash, i64::from(most_tries)).await? else { continue };
        let typed = mark(op.files, &bond.token_hash, &digits)?;
        if Secret::new(hex::encode(&kept)) == Secret::new(hex::encode(&typed)) {
            rows::give_a_try_back(&mut op.tx, bond.token_hash).await?;
            return Ok(Guess::Right(bond));
        }
    }
    Ok(Guess::Wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_digits_whatever_chance_says() {
        let random = Random::seeded(3);
        for count in [6, 8] {
            let codes: Vec<Secret> = (0..2_000).map(|_| digits(&random, count)).collect();
            for code in &codes {
                assert!(
                    code.expose().len() == count as usize && code.expose().bytes().all(|byte| byte.is_ascii_digit())
                );
            }
            assert!(codes.iter().any(|code| code.expose().starts_with('0')), "leading zeros are kept");
        }
    }

    #[test]
    fn the_same_code_is_kept_differently_in_each_row() {
        let (code, folder) = (Secret::new("123456"), tempfile::tempdir().unwrap());
        let files = Files::in_folder(Some(folder.path().into()), Random::seeded(1));
        let kept = |row| mark(&files, &[row; 32], &code).unwrap();
        assert_ne!(kept(1), kept(2));
        let after_a_restart = Files::in_folder(Some(folder.path().into()), Random::seeded(2));
        assert_eq!(mark(&after_a_restart, &[1; 32], &code).unwrap(), kept(1));
    }

    #[test]
    fn who_has_the_database_alone_cannot_try_all_codes() {
        let files = |seed| Files::in_folder(None, Random::seeded(seed));
        let (row, code) = ([7; 32], Secret::new("123456"));
        let kept = mark(&files(1), &row, &code).unwrap();
        assert_ne!(mark(&files(2), &row, &code).unwrap(), kept, "the key decides");
        let salted = Secret::new(format!("reeve code {} {}", hex::encode(&row), code.expose())).sha256();
        assert_ne!(salted, kept);
    }
}
