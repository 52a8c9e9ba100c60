//! Codes of a few digits, which could be guessed: each may be tried a few times only.

use base::{AccountId, Random, Secret, hex};

use super::{Bond, Purpose, Standing, rows};
use crate::{Operation, Result};

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

/// How a code is kept: with chance of its own row, so that equal codes don't look alike.
pub(super) fn hash(token_hash: &[u8; 32], digits: &Secret) -> [u8; 32] {
    Secret::new(format!("reeve code {} {}", hex::encode(token_hash), digits.expose())).sha256()
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
        if Secret::new(hex::encode(&kept)) == Secret::new(hex::encode(&hash(&bond.token_hash, &digits))) {
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
        let code = Secret::new("123456");
        assert_ne!(hash(&[1; 32], &code), hash(&[2; 32], &code));
    }
}
