//! bcrypt, as `$2a$`, `$2b$` and `$2y$`.

use base64ct::Base64Bcrypt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::HashRefusal;
use super::fields::bytes;

/// A ceiling that keeps a hostile import from turning sign-in into a denial of service.
const MAX_COST: u8 = 14;

/// The cost, the salt and what came of them.
#[derive(Clone)]
pub(super) struct BcryptRecipe {
    cost: u8,
    salt: [u8; 16],
    digest: [u8; 23],
}

impl BcryptRecipe {
    /// Reads the two fields after the name.
    pub(super) fn parse(cost: &str, body: &str) -> Result<Self, HashRefusal> {
        if cost.len() != 2 || body.len() != 53 || !cost.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(HashRefusal::Unsupported);
        }
        let (salt, digest) = body.split_at_checked(22).ok_or(HashRefusal::Unsupported)?;
        let salt = bytes::<Base64Bcrypt>(salt)?.try_into().map_err(|_| HashRefusal::Unsupported)?;
        let digest = bytes::<Base64Bcrypt>(digest)?.try_into().map_err(|_| HashRefusal::Unsupported)?;
        match cost.parse().map_err(|_| HashRefusal::Unsupported)? {
            cost @ 4..=MAX_COST => Ok(BcryptRecipe { cost, salt, digest }),
            15..=31 => Err(HashRefusal::TooCostly),
            _ => Err(HashRefusal::Unsupported),
        }
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        // The origin hashed a C string with its final NUL, and at most 72 bytes of it.
        let mut key = Zeroizing::new([0; 72]);
        let length = password.len().min(72);
        key[..length].copy_from_slice(&password[..length]);
        let found = bcrypt::bcrypt(u32::from(self.cost), self.salt, &key[..(length + 1).min(72)]);
        // The last of the 24 bytes is not kept by any implementation.
        found[..23].ct_eq(&self.digest).into()
    }

    pub(super) fn is_below_guidance(&self) -> bool {
        self.cost < 10
    }
}

#[cfg(test)]
mod tests {
    use base::Secret;

    use super::super::known::{assert_ceiling, assert_unsupported};
    use super::super::{ImportedHash, PasswordHash, WorkingMemory};

    const BODY: &str = "$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";

    #[test]
    fn bcrypt_looks_at_72_bytes_as_its_origin_did() {
        let mut memory = WorkingMemory::default();
        let hash = PasswordHash::parse("$2b$04$abcdefghijklmnopqrstuuM7VGf5m9F/mCbwd9338qP/WEb3LjMbu").unwrap();
        assert!(hash.verify(&Secret::new("ab".repeat(36)), &mut memory));
        assert!(hash.verify(&Secret::new("ab".repeat(36) + "and more"), &mut memory));
        assert!(!hash.verify(&Secret::new("ab".repeat(35) + "a"), &mut memory));
        let empty = PasswordHash::parse("$2b$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq").unwrap();
        assert!(empty.verify(&Secret::new(""), &mut memory));
    }

    #[test]
    fn a_cost_above_the_ceiling_is_too_costly() {
        assert_ceiling(&format!("$2b$14{BODY}"), &format!("$2b$15{BODY}"));
        assert_ceiling(&format!("$2a$04{BODY}"), &format!("$2a$31{BODY}"));
    }

    #[test]
    fn the_form_must_be_exact() {
        for name_and_cost in ["$2b$4", "$2b$03", "$2b$+4", "$2b$32", "$2x$04"] {
            assert_unsupported(&format!("{name_and_cost}{BODY}"));
        }
        assert_unsupported("$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoO");
    }

    #[test]
    fn a_cost_of_ten_follows_the_guidance() {
        let strong = "$2b$10$D6pyDXMbKtTbWJAD7MLSSuOqWHZOK7BR96yXFgSymYrQ798xhBZN6";
        assert!(!ImportedHash::parse(strong).unwrap().is_below_guidance());
        let weak = strong.replace("$10$", "$09$");
        assert!(ImportedHash::parse(&weak).unwrap().is_below_guidance());
    }
}
