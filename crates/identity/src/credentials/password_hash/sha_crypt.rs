//! SHA-crypt, glibc's `$5$` and `$6$`.

use base64ct::Base64ShaCrypt;
use subtle::ConstantTimeEq;

use super::HashRefusal;
use super::fields::{bytes, narrow, number};
use super::sha2::Sha2;

/// A ceiling that keeps a hostile import from turning sign-in into a denial of service.
const MAX_ROUNDS: u64 = 1_000_000;

/// The function, its rounds, the salt and what came of them.
#[derive(Clone)]
pub(super) struct ShaCryptRecipe {
    function: Sha2,
    params: sha_crypt::Params,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl ShaCryptRecipe {
    /// Reads the fields after the name; without `rounds` there are 5,000.
    pub(super) fn parse(function: Sha2, rounds: Option<&str>, salt: &str, digest: &str) -> Result<Self, HashRefusal> {
        let digest = bytes::<Base64ShaCrypt>(digest)?;
        // crypt(3) cuts salts at 16 characters before it prints them, and keeps `:` out of password files.
        if digest.len() != function.bytes() || !(1..=16).contains(&salt.len()) || salt.contains(':') {
            return Err(HashRefusal::Unsupported);
        }
        let rounds = match rounds {
            Some(rounds) => number(rounds.strip_prefix("rounds=").ok_or(HashRefusal::Unsupported)?)?,
            None => u64::from(sha_crypt::Params::RECOMMENDED_ROUNDS),
        };
        if rounds > MAX_ROUNDS {
            return Err(HashRefusal::TooCostly);
        }
        // Fewer than 1,000 rounds are never printed: crypt(3) raises them.
        let params = sha_crypt::Params::new(narrow(rounds)?).map_err(|_| HashRefusal::Unsupported)?;
        Ok(ShaCryptRecipe { function, params, salt: salt.as_bytes().to_vec(), digest })
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        // The algorithm's cost grows with the square of the length, and crypt(3) refuses what is longer than
        // CRYPT_MAX_PASSPHRASE_SIZE: no such hash can have been made.
        if password.len() > 512 {
            return false;
        }
        let found = match self.function {
            Sha2::Sha256 => {
                in_crypt_order(&SHA256_CRYPT_ORDER, &sha_crypt::sha256_crypt(password, &self.salt, self.params))
            }
            Sha2::Sha512 => {
                in_crypt_order(&SHA512_CRYPT_ORDER, &sha_crypt::sha512_crypt(password, &self.salt, self.params))
            }
        };
        found.ct_eq(&self.digest).into()
    }

    pub(super) fn scheme(&self) -> &'static str {
        match self.function {
            Sha2::Sha256 => "sha256-crypt",
            Sha2::Sha512 => "sha512-crypt",
        }
    }
}

/// The order in which SHA-crypt prints the bytes of its digest.
const SHA256_CRYPT_ORDER: [u8; 32] = [
    20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5, 25, 15, 26, 16, 6, 17, 7, 27, 8, 28, 18, 29, 19, 9, 30,
    31,
];
const SHA512_CRYPT_ORDER: [u8; 64] = [
    42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26, 5, 47, 48, 27, 6, 7, 49, 28, 29, 8, 50, 51, 30, 9, 10,
    52, 31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15, 16, 58, 37, 38, 17, 59, 60, 39, 18, 19, 61, 40,
    41, 20, 62, 63,
];

fn in_crypt_order(order: &[u8], digest: &[u8]) -> Vec<u8> {
    order.iter().map(|index| digest[usize::from(*index)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::known::{assert_ceiling, assert_unsupported};

    const DIGEST: &str = "$TLgtrnw161gIwoMBBuqWU2LSXSxqrK4UFa8LtQ5K.ijhqeRZyIWp5uNdHEqUfR3jo0Ma.Ru53QHGXZDJFDiNI/";

    #[test]
    fn rounds_above_the_ceiling_are_too_costly() {
        assert_ceiling(
            &format!("$6$rounds=1000000$Qx8.z/1a{DIGEST}"),
            &format!("$6$rounds=999999999$Qx8.z/1a{DIGEST}"),
        );
    }

    #[test]
    fn the_form_must_be_exact() {
        assert_unsupported(&format!("$6$rounds=999$Qx8.z/1a{DIGEST}"));
        assert_unsupported(&format!("$6${DIGEST}"));
        assert_unsupported("$5$saltstringsaltstr$Ei5pjI5XWclFQjLDfGOMwlNh9NsZierSPwLy2XgJds6");
    }
}
