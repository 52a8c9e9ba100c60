//! Argon2 (RFC 9106): the scheme of every hash we make.

use argon2::{Algorithm, Argon2, Params, Version};
use base64ct::{Base64Unpadded, Encoding};
use subtle::ConstantTimeEq;

use super::fields::{DIGEST_BYTES, SALT_BYTES, bytes, narrow, number, params_named};
use super::{HashRefusal, WorkingMemory};

/// The parameters of every hash we make (OWASP Password Storage): 19 MiB, two passes, one lane.
pub(super) const CURRENT_MEMORY_KIB: u32 = 19_456;
const CURRENT_PASSES: u32 = 2;
const CURRENT_LANES: u32 = 1;
pub(super) const CURRENT_SALT_BYTES: usize = 16;
pub(super) const CURRENT_DIGEST_BYTES: usize = 32;

/// Ceilings that keep a hostile import from turning sign-in into a denial of service.
const MAX_MEMORY_KIB: u64 = 256 * 1024;
const MAX_PASSES: u64 = 10;

/// The variant, its parameters, the salt and what came of them.
#[derive(Clone)]
pub(super) struct Argon2Recipe {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Argon2Recipe {
    /// What we make now, of `input`.
    pub(super) fn current(input: &[u8], salt: [u8; CURRENT_SALT_BYTES], memory: &mut WorkingMemory) -> Self {
        let mut argon2 = Self::with_digest([0; CURRENT_DIGEST_BYTES], salt);
        argon2.digest = argon2.derive(input, memory);
        argon2
    }

    /// The current parameters around a digest that is there already.
    pub(super) fn with_digest(digest: [u8; CURRENT_DIGEST_BYTES], salt: [u8; CURRENT_SALT_BYTES]) -> Self {
        let params = Params::new(CURRENT_MEMORY_KIB, CURRENT_PASSES, CURRENT_LANES, Some(CURRENT_DIGEST_BYTES))
            .expect("the current parameters are valid");
        Argon2Recipe {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params,
            salt: salt.to_vec(),
            digest: digest.to_vec(),
        }
    }

    /// Reads the four fields after the name; the reference implementation writes them in exactly this order.
    pub(super) fn parse(
        algorithm: Algorithm,
        version: &str,
        params: &str,
        salt: &str,
        digest: &str,
    ) -> Result<Self, HashRefusal> {
        let version = match version {
            "v=19" => Version::V0x13,
            "v=16" => Version::V0x10,
            _ => return Err(HashRefusal::Unsupported),
        };
        let salt = bytes::<Base64Unpadded>(salt)?;
        let digest = bytes::<Base64Unpadded>(digest)?;
        // RFC 9106 §3.1: a salt has at least 8 bytes.
        if !SALT_BYTES.contains(&salt.len()) || salt.len() < 8 || !DIGEST_BYTES.contains(&digest.len()) {
            return Err(HashRefusal::Unsupported);
        }
        let [memory_kib, passes, lanes] = params_named(params, ["m", "t", "p"])?;
        let [memory_kib, passes, lanes] = [number(memory_kib)?, number(passes)?, number(lanes)?];
        if memory_kib > MAX_MEMORY_KIB || passes > MAX_PASSES {
            return Err(HashRefusal::TooCostly);
        }
        let params = Params::new(narrow(memory_kib)?, narrow(passes)?, narrow(lanes)?, Some(digest.len()))
            .map_err(|_| HashRefusal::Unsupported)?;
        Ok(Argon2Recipe { algorithm, version, params, salt, digest })
    }

    fn derive(&self, input: &[u8], memory: &mut WorkingMemory) -> Vec<u8> {
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        let mut digest = vec![0; self.digest.len()];
        let done = if self.params.block_count() <= WorkingMemory::BLOCKS {
            argon2.hash_password_into_with_memory(input, &self.salt, &mut digest, memory.blocks())
        } else {
            argon2.hash_password_into(input, &self.salt, &mut digest)
        };
        done.expect("the parameters were checked when the hash was parsed, and there is memory");
        digest
    }

    pub(super) fn verify(&self, input: &[u8], memory: &mut WorkingMemory) -> bool {
        self.derive(input, memory).ct_eq(&self.digest).into()
    }

    pub(super) fn is_current(&self) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.m_cost() >= CURRENT_MEMORY_KIB
            && self.params.t_cost() >= CURRENT_PASSES
            && self.salt.len() >= CURRENT_SALT_BYTES
            && self.digest.len() >= CURRENT_DIGEST_BYTES
    }

    /// Whether verifying takes much longer than for a current one, or memory beyond what a worker keeps.
    pub(super) fn is_slow(&self) -> bool {
        let work = u64::from(self.params.m_cost()) * u64::from(self.params.t_cost());
        work > 4 * u64::from(CURRENT_MEMORY_KIB * CURRENT_PASSES) || self.params.m_cost() > CURRENT_MEMORY_KIB
    }

    pub(super) fn is_below_guidance(&self) -> bool {
        let enough = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];
        self.algorithm != Algorithm::Argon2id
            || !enough.iter().any(|(m, t)| self.params.m_cost() >= *m && self.params.t_cost() >= *t)
    }

    pub(super) fn scheme(&self) -> &'static str {
        self.algorithm.as_str()
    }

    /// The PHC string, with `more` after the parameters.
    pub(super) fn print(&self, name: &str, more: &str) -> String {
        format!(
            "${name}$v={}$m={},t={},p={}{more}${}${}",
            u32::from(self.version),
            self.params.m_cost(),
            self.params.t_cost(),
            self.params.p_cost(),
            Base64Unpadded::encode_string(&self.salt),
            Base64Unpadded::encode_string(&self.digest),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::PasswordHash;
    use super::super::known::{KNOWN, TAIL, assert_ceiling, assert_unsupported};

    #[test]
    fn only_argon2id_as_strong_as_ours_is_current() {
        let is_current = |params: &str| PasswordHash::parse(&format!("{params}{TAIL}")).unwrap().is_current();
        assert!(is_current("$argon2id$v=19$m=19456,t=2,p=1"));
        assert!(is_current("$argon2id$v=19$m=65536,t=3,p=4"));
        assert!(!is_current("$argon2id$v=19$m=19455,t=2,p=1"));
        assert!(!is_current("$argon2id$v=19$m=47104,t=1,p=1"));
        assert!(!is_current("$argon2id$v=16$m=19456,t=2,p=1"));
        assert!(!is_current("$argon2i$v=19$m=19456,t=2,p=1"));
    }

    #[test]
    fn memory_and_passes_above_the_ceilings_are_too_costly() {
        assert_ceiling(
            &format!("$argon2id$v=19$m=262144,t=10,p=1{TAIL}"),
            &format!("$argon2id$v=19$m=262145,t=10,p=1{TAIL}"),
        );
        assert_ceiling(&format!("$argon2i$v=19$m=64,t=10,p=1{TAIL}"), &format!("$argon2i$v=19$m=64,t=11,p=1{TAIL}"));
    }

    #[test]
    fn the_form_must_be_exact() {
        let good = KNOWN[0].1;
        for text in [
            format!("{good} "),
            format!(" {good}"),
            format!("{good}\n"),
            format!("{good}="),
            format!("{good}$"),
            format!("{good}{}", "A".repeat(600)),
            good.replace("v=19", "v=20"),
            good.replace("v=19$", ""),
            good.replace("m=19456", "m=019456"),
            good.replace("m=19456", "m=+19456"),
            good.replace("m=19456", "m="),
            good.replace("m=19456", "m=99999999999999999999"),
            good.replace("m=19456,t=2", "t=2,m=19456"),
            good.replace("p=1", "p=1,data=AAAA"),
            good.replace("p=1", "p=0"),
            good.replace("p=1", "p=9999"),
            good.replace("t=2", "t=0"),
            good.replace("m=19456", "m=7"),
            good.replace("MDEyMzQ1Njc4OWFiY2RlZg", "MDEyMw"),
            good.replace("MDEyMzQ1Njc4OWFiY2RlZg", ""),
            good.replace("69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4", "69I7qCjD"),
            good.replace("xca4", "xca5"),
            good.replace("argon2id", "argon2d"),
        ] {
            assert_unsupported(&text);
        }
    }
}
