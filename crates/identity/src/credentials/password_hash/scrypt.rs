//! scrypt (RFC 7914) in the PHC form.

use base64ct::Base64Unpadded;
use subtle::ConstantTimeEq;

use super::HashRefusal;
use super::fields::{DIGEST_BYTES, SALT_BYTES, bytes, narrow, number, params_named};

/// Ceilings that keep a hostile import from turning sign-in into a denial of service.
const MAX_MEMORY_BYTES: u64 = 256 * 1024 * 1024;
/// Memory times lanes: lanes are computed one after the other, so they cost time instead of memory.
const MAX_WORK_BYTES: u64 = 1024 * 1024 * 1024;

/// The parameters, the salt and what came of them.
#[derive(Clone)]
pub(super) struct ScryptRecipe {
    params: scrypt::Params,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl ScryptRecipe {
    /// Reads the three fields after the name.
    pub(super) fn parse(params: &str, salt: &str, digest: &str) -> Result<Self, HashRefusal> {
        let salt = bytes::<Base64Unpadded>(salt)?;
        let digest = bytes::<Base64Unpadded>(digest)?;
        if !SALT_BYTES.contains(&salt.len()) || !DIGEST_BYTES.contains(&digest.len()) {
            return Err(HashRefusal::Unsupported);
        }
        let [log_n, r, p] = params_named(params, ["ln", "r", "p"])?;
        let [log_n, r, p] = [number(log_n)?, number(r)?, number(p)?];
        if log_n == 0 || r == 0 || p == 0 {
            return Err(HashRefusal::Unsupported);
        }
        // RFC 7914 §2: 128 · r · N bytes for the table, 128 · r · p for the lanes.
        let n = u32::try_from(log_n).ok().and_then(|log_n| 1_u64.checked_shl(log_n)).ok_or(HashRefusal::TooCostly)?;
        let memory =
            n.checked_add(p).and_then(|rows| rows.checked_mul(r)?.checked_mul(128)).ok_or(HashRefusal::TooCostly)?;
        let work = memory.checked_mul(p).ok_or(HashRefusal::TooCostly)?;
        if memory > MAX_MEMORY_BYTES || work > MAX_WORK_BYTES {
            return Err(HashRefusal::TooCostly);
        }
        let log_n = u8::try_from(log_n).map_err(|_| HashRefusal::TooCostly)?;
        let params = scrypt::Params::new(log_n, narrow(r)?, narrow(p)?).map_err(|_| HashRefusal::Unsupported)?;
        Ok(ScryptRecipe { params, salt, digest })
    }

    pub(super) fn verify(&self, password: &[u8]) -> bool {
        let mut found = vec![0; self.digest.len()];
        scrypt::scrypt(password, &self.salt, &self.params, &mut found).expect("16 to 64 bytes are a valid length");
        found.ct_eq(&self.digest).into()
    }

    pub(super) fn is_below_guidance(&self) -> bool {
        let enough = [(17, 1), (16, 2), (15, 3), (14, 5), (13, 10)];
        !enough.iter().any(|(log_n, p)| self.params.log_n() >= *log_n && self.params.r() >= 8 && self.params.p() >= *p)
    }
}

#[cfg(test)]
mod tests {
    use super::super::known::{TAIL, assert_ceiling, assert_unsupported};

    #[test]
    fn memory_and_work_above_the_ceilings_are_too_costly() {
        for (highest, beyond) in [
            ("ln=17,r=8,p=1", "ln=18,r=8,p=1"),
            ("ln=13,r=8,p=10", "ln=13,r=8,p=1000"),
            ("ln=1,r=1,p=1", "ln=63,r=4294967295,p=4294967295"),
            ("ln=1,r=1,p=2", "ln=64,r=1,p=1"),
        ] {
            assert_ceiling(&format!("$scrypt${highest}{TAIL}"), &format!("$scrypt${beyond}{TAIL}"));
        }
    }

    #[test]
    fn the_form_must_be_exact() {
        assert_unsupported("$scrypt$ln=0,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$faCG2Y2MU7gpu0yKEJONexUzhBri6oOSfKdyxUHubQ0");
    }
}
