//! LDAP's fast salted digests, which are never stored as they come.

use std::fmt;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::argon2::{Argon2Recipe, CURRENT_SALT_BYTES};
use super::fields::{SALT_BYTES, strip_prefix_of_any_case};
use super::recipe::Recipe;
use super::wrapped::{InnerDigest, WrappedRecipe};
use super::{MAX_TEXT_BYTES, PasswordHash, WorkingMemory};

/// LDAP's `{SSHA}`, `{SSHA256}` or `{SSHA512}`: a digest of password and salt (RFC 2307 names the form).
#[derive(Clone)]
pub struct SaltedDigest {
    inner: InnerDigest,
    salt: Vec<u8>,
    digest: Zeroizing<Vec<u8>>,
}

impl SaltedDigest {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (inner, body) = InnerDigest::ALL
            .into_iter()
            .find_map(|inner| Some((inner, strip_prefix_of_any_case(text, inner.ldap_prefix())?)))?;
        if body.len() > MAX_TEXT_BYTES {
            return None;
        }
        let mut digest = Zeroizing::new(Base64::decode_vec(body).ok()?);
        let salt = digest.get(inner.bytes()..).filter(|salt| SALT_BYTES.contains(&salt.len()))?.to_vec();
        digest.truncate(inner.bytes());
        Some(SaltedDigest { inner, salt, digest })
    }

    /// Stores Argon2id of the digest instead of the digest: a stolen database then costs as much to attack as if the
    /// passwords had been ours from the beginning.
    pub fn wrap(&self, salt: [u8; CURRENT_SALT_BYTES], memory: &mut WorkingMemory) -> PasswordHash {
        let wrapped = WrappedRecipe {
            inner: self.inner,
            inner_salt: self.salt.clone(),
            argon2: Argon2Recipe::current(&self.digest, salt, memory),
        };
        PasswordHash { text: wrapped.print(), recipe: Recipe::Wrapped(wrapped) }
    }

    pub(super) fn scheme(&self) -> &'static str {
        self.inner.scheme()
    }
}

impl fmt::Debug for SaltedDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SaltedDigest({})", self.scheme())
    }
}

#[cfg(test)]
mod tests {
    use super::super::known::{KNOWN, assert_unsupported, imported};
    use super::super::{HashRefusal, ImportedHash, PasswordHash, WorkingMemory};

    #[test]
    fn a_fast_digest_rests_only_inside_argon2() {
        let mut memory = WorkingMemory::default();
        let fast = "{SSHA}yw7XxdLZpEyjj4GFVmdqLQ5RxpH7777/";
        assert_eq!(PasswordHash::parse(fast).err(), Some(HashRefusal::Unsupported));
        let stored = imported(fast, &mut memory);
        // The last row of the table, made by argon2-cffi over the SHA-1 digest.
        assert_eq!(stored.as_str(), KNOWN[KNOWN.len() - 1].1);
        assert!(!stored.is_current() && !stored.is_slow() && !stored.is_below_guidance());
    }

    #[test]
    fn a_digest_without_salt_is_unsupported() {
        // The digest of "hunter2" alone.
        assert_unsupported("{SSHA}87sGhSRhPbLf0wKgrTmHpTmtOjI=");
    }

    #[test]
    fn a_digest_does_not_print_itself() {
        let digest = ImportedHash::parse("{SSHA256}3PO5ZBbJouoLZgNzROBOpnZI1GH7sD5IWsKBarZJkfX7777//gECAw==");
        assert_eq!(format!("{:?}", digest.unwrap()), "Fast(SaltedDigest(ssha256))");
    }
}
