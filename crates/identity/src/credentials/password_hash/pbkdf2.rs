//! PBKDF2 (RFC 8018 §5.2), in the forms of passlib, PHC, LDAP directories and Django.

use base64ct::{Base64, Base64Unpadded};
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

use super::HashRefusal;
use super::fields::{DIGEST_BYTES, SALT_BYTES, adapted_base64, bytes, narrow, number, params_named};
use super::sha2::Sha2;

/// A ceiling that keeps a hostile import from turning sign-in into a denial of service.
const MAX_ITERATIONS: u64 = 2_000_000;

/// The function, how often it is applied, the salt and what came of them.
#[derive(Clone)]
pub(super) struct Pbkdf2Recipe {
    function: Sha2,
    iterations: u32,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Pbkdf2Recipe {
    /// `$pbkdf2-sha256$…` as passlib writes it (`29000`, with `.` for `+`) or as PHC (`i=29000,l=32`).
    pub(super) fn parse(function: Sha2, cost: &str, salt: &str, digest: &str) -> Result<Self, HashRefusal> {
        if !cost.starts_with("i=") {
            return Self::checked(function, cost, adapted_base64(salt)?, adapted_base64(digest)?);
        }
        let [iterations, length] = params_named(cost, ["i", "l"])?;
        let (salt, digest) = (bytes::<Base64Unpadded>(salt)?, bytes::<Base64Unpadded>(digest)?);
        if number(length)? != digest.len() as u64 {
            return Err(HashRefusal::Unsupported);
        }
        Self::checked(function, iterations, salt, digest)
    }

    /// `{PBKDF2-SHA256}…` as OpenLDAP and 389 Directory Server write it.
    pub(super) fn parse_ldap(function: Sha2, rest: &str) -> Result<Self, HashRefusal> {
        let fields: Vec<&str> = rest.split('$').collect();
        let [iterations, salt, digest] = fields.as_slice() else {
            return Err(HashRefusal::Unsupported);
        };
        Self::checked(function, iterations, adapted_base64(salt)?, adapted_base64(digest)?)
    }

    /// `pbkdf2_sha256$…`: Django's salt is text that is used as it stands.
    pub(super) fn parse_django(iterations: &str, salt: &str, digest: &str) -> Result<Self, HashRefusal> {
        Self::checked(Sha2::Sha256, iterations, salt.as_bytes().to_vec(), bytes::<Base64>(digest)?)
    }

    fn checked(function: Sha2, iterations: &str, salt: Vec<u8>, digest: Vec<u8>) -> Result<Self, HashRefusal> {
        // A digest longer than the function's would multiply the cost behind the ceiling's back.
        let sizes_are_right = SALT_BYTES.contains(&salt.len())
            && DIGEST_BYTES.contains(&digest.len())
            && digest.len() <= function.bytes();
        match number(iterations)? {
            0 => Err(HashRefusal::Unsupported),
            _ if !sizes_are_right => Err(HashRefusal::Unsupported),
            iterations if iterations > MAX_ITERATIONS => Err(HashRefusal::TooCostly),
            iterations => Ok(Pbkdf2Recipe { function, iterations: narrow(iterations)?, salt, digest }),
        }
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        let mut found = vec![0; self.digest.len()];
        match self.function {
            Sha2::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, &self.salt, self.iterations, &mut found),
            Sha2::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, &self.salt, self.iterations, &mut found),
        }
        found.ct_eq(&self.digest).into()
    }

    pub(super) fn is_below_guidance(&self) -> bool {
        match self.function {
            Sha2::Sha256 => self.iterations < 600_000,
            Sha2::Sha512 => self.iterations < 210_000,
        }
    }

    pub(super) fn scheme(&self) -> &'static str {
        match self.function {
            Sha2::Sha256 => "pbkdf2-sha256",
            Sha2::Sha512 => "pbkdf2-sha512",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::known::{TAIL, assert_ceiling, assert_unsupported};

    #[test]
    fn iterations_above_the_ceiling_are_too_costly() {
        for (highest, beyond) in [
            (format!("$pbkdf2-sha256$2000000{TAIL}"), format!("$pbkdf2-sha256$2000001{TAIL}")),
            (format!("$pbkdf2-sha512$i=2000000,l=32{TAIL}"), format!("$pbkdf2-sha512$i=2000001,l=32{TAIL}")),
            (format!("{{PBKDF2-SHA256}}2000000{TAIL}"), format!("{{PBKDF2-SHA256}}18446744073709551615{TAIL}")),
            (format!("pbkdf2_sha256$2000000{TAIL}="), format!("pbkdf2_sha256$4294967296{TAIL}=")),
        ] {
            assert_ceiling(&highest, &beyond);
        }
    }

    #[test]
    fn the_form_must_be_exact() {
        for text in [
            "$pbkdf2-sha256$0$MDEyMzQ1Njc4OWFiY2RlZg$BVALGMmC/K/8ELErc5VgJxyPFApArIZRCQsqjEgZWJ4",
            "$pbkdf2-sha256$i=1000,l=20$MDEyMzQ1Njc4OWFiY2RlZg$BVALGMmC/K/8ELErc5VgJxyPFApArIZRCQsqjEgZWJ4",
            "pbkdf2_sha1$1000$Zk3fJq9xLm2p$stJpemRfiGzCKXGN5ulwhnN2R5M=",
        ] {
            assert_unsupported(text);
        }
    }
}
