//! Argon2id of a fast salted digest: how LDAP's digests rest in our database.

use argon2::Algorithm;
use base64ct::{Base64Unpadded, Encoding};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use super::argon2::Argon2Recipe;
use super::fields::{SALT_BYTES, bytes};
use super::{HashRefusal, WorkingMemory};

/// The fast digest's function and salt, and the Argon2id around it.
#[derive(Clone)]
pub(super) struct WrappedRecipe {
    pub(super) inner: InnerDigest,
    pub(super) inner_salt: Vec<u8>,
    pub(super) argon2: Argon2Recipe,
}

impl WrappedRecipe {
    /// Reads the name and the four fields after it, in our own PHC-like form.
    pub(super) fn parse(
        name: &str,
        version: &str,
        params: &str,
        salt: &str,
        digest: &str,
    ) -> Result<Self, HashRefusal> {
        let inner =
            InnerDigest::ALL.into_iter().find(|inner| inner.wrapped_name() == name).ok_or(HashRefusal::Unsupported)?;
        let (params, inner_salt) = params.split_once(",s=").ok_or(HashRefusal::Unsupported)?;
        let inner_salt = bytes::<Base64Unpadded>(inner_salt)?;
        if !SALT_BYTES.contains(&inner_salt.len()) {
            return Err(HashRefusal::Unsupported);
        }
        let argon2 = Argon2Recipe::parse(Algorithm::Argon2id, version, params, salt, digest)?;
        Ok(WrappedRecipe { inner, inner_salt, argon2 })
    }

    pub(super) fn verify(&self, password: &[u8], memory: &mut WorkingMemory) -> bool {
        let digest = self.inner.digest(password, &self.inner_salt);
        self.argon2.verify(&digest, memory)
    }

    /// What [`WrappedRecipe::parse`] reads.
    pub(super) fn print(&self) -> String {
        let inner_salt = format!(",s={}", Base64Unpadded::encode_string(&self.inner_salt));
        self.argon2.print(self.inner.wrapped_name(), &inner_salt)
    }
}

/// The fast hash inside a wrapped one.
#[derive(Clone, Copy)]
pub(super) enum InnerDigest {
    Sha1,
    Sha256,
    Sha512,
}

impl InnerDigest {
    pub(super) const ALL: [InnerDigest; 3] = [InnerDigest::Sha1, InnerDigest::Sha256, InnerDigest::Sha512];

    pub(super) fn scheme(self) -> &'static str {
        match self {
            InnerDigest::Sha1 => "ssha",
            InnerDigest::Sha256 => "ssha256",
            InnerDigest::Sha512 => "ssha512",
        }
    }

    pub(super) fn ldap_prefix(self) -> &'static str {
        match self {
            InnerDigest::Sha1 => "{SSHA}",
            InnerDigest::Sha256 => "{SSHA256}",
            InnerDigest::Sha512 => "{SSHA512}",
        }
    }

    /// The name in our own PHC-like form.
    fn wrapped_name(self) -> &'static str {
        match self {
            InnerDigest::Sha1 => "argon2id-ssha",
            InnerDigest::Sha256 => "argon2id-ssha256",
            InnerDigest::Sha512 => "argon2id-ssha512",
        }
    }

    pub(super) fn bytes(self) -> usize {
        match self {
            InnerDigest::Sha1 => 20,
            InnerDigest::Sha256 => 32,
            InnerDigest::Sha512 => 64,
        }
    }

    fn digest(self, password: &[u8], salt: &[u8]) -> Zeroizing<Vec<u8>> {
        fn of<D: Digest>(password: &[u8], salt: &[u8]) -> Zeroizing<Vec<u8>> {
            Zeroizing::new(D::new().chain_update(password).chain_update(salt).finalize().to_vec())
        }
        match self {
            InnerDigest::Sha1 => of::<Sha1>(password, salt),
            InnerDigest::Sha256 => of::<Sha256>(password, salt),
            InnerDigest::Sha512 => of::<Sha512>(password, salt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::known::{TAIL, assert_ceiling, assert_unsupported};

    #[test]
    fn the_ceilings_of_argon2_hold_around_a_digest() {
        assert_ceiling(
            &format!("$argon2id-ssha$v=19$m=64,t=10,p=1,s=++++/w{TAIL}"),
            &format!("$argon2id-ssha$v=19$m=64,t=99,p=1,s=++++/w{TAIL}"),
        );
    }

    #[test]
    fn the_form_must_be_exact() {
        for name_and_params in [
            "$argon2id-ssha$v=19$m=64,t=10,p=1",
            "$argon2id-ssha$v=19$m=64,t=10,p=1,s=",
            "$argon2id-ssha$v=19$m=64,t=10,p=1,s=++++",
            "$argon2id-ssha$v=19$m=64,t=10,s=++++/w,p=1",
            "$argon2id-sha$v=19$m=64,t=10,p=1,s=++++/w",
        ] {
            assert_unsupported(&format!("{name_and_params}{TAIL}"));
        }
    }
}
