//! The stored form of a password: strictly parsed, verified in constant time, never cheaper than Argon2id at rest.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base::Secret;
use base::text::nfc;
use base64ct::{Base64, Base64Bcrypt, Base64ShaCrypt, Base64Unpadded, Encoding};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The parameters of every hash we make (OWASP Password Storage): 19 MiB, two passes, one lane.
const CURRENT_MEMORY_KIB: u32 = 19_456;
const CURRENT_PASSES: u32 = 2;
const CURRENT_LANES: u32 = 1;
const CURRENT_SALT_BYTES: usize = 16;
const CURRENT_DIGEST_BYTES: usize = 32;

/// Ceilings that keep a hostile import from turning sign-in into a denial of service.
const MAX_ARGON2_MEMORY_KIB: u64 = 256 * 1024;
const MAX_ARGON2_PASSES: u64 = 10;
const MAX_BCRYPT_COST: u8 = 14;
const MAX_SCRYPT_MEMORY_BYTES: u64 = 256 * 1024 * 1024;
/// Memory times lanes: lanes are computed one after the other, so they cost time instead of memory.
const MAX_SCRYPT_WORK_BYTES: u64 = 1024 * 1024 * 1024;
const MAX_PBKDF2_ITERATIONS: u64 = 2_000_000;
const MAX_SHA_CRYPT_ROUNDS: u64 = 1_000_000;

/// Longer than any hash we read.
const MAX_TEXT_BYTES: usize = 512;
/// A digest shorter than this would be met by guessing.
const DIGEST_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
/// OpenLDAP's first `{SSHA}` had 4 bytes; without salt we refuse.
const SALT_BYTES: std::ops::RangeInclusive<usize> = 4..=64;

/// A password as it rests in the database.
///
/// Whoever holds one may store it: fast salted digests reach this type only wrapped in Argon2id.
#[derive(Clone)]
pub struct PasswordHash {
    text: String,
    recipe: Recipe,
}

impl PasswordHash {
    /// Hashes a new password with the current parameters. Passwords are brought to NFC and never truncated.
    pub fn new(password: &Secret, salt: [u8; CURRENT_SALT_BYTES], memory: &mut WorkingMemory) -> Self {
        let mut argon2 = Argon2Recipe::current(salt);
        argon2.digest = argon2.derive(normal(password).expose().as_bytes(), memory);
        PasswordHash {
            text: argon2.print("argon2id", ""),
            recipe: Recipe::Argon2(argon2),
        }
    }

    /// A hash at the current parameters that belongs to no password: verified when there is no account, so that an
    /// unknown name takes as long as a known one.
    pub fn of_nobody(salt: [u8; CURRENT_SALT_BYTES], digest: [u8; CURRENT_DIGEST_BYTES]) -> Self {
        let mut argon2 = Argon2Recipe::current(salt);
        argon2.digest = digest.to_vec();
        PasswordHash {
            text: argon2.print("argon2id", ""),
            recipe: Recipe::Argon2(argon2),
        }
    }

    /// Reads a stored hash. For text from outside use [`ImportedHash::parse`], which knows more.
    ///
    /// Errors: `Unsupported` for anything but the exact forms we know, `TooCostly` above the ceilings.
    pub fn parse(text: &str) -> Result<Self, HashRefusal> {
        if text.len() > MAX_TEXT_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(HashRefusal::Unsupported);
        }
        Ok(PasswordHash {
            text: text.to_owned(),
            recipe: Recipe::parse(text)?,
        })
    }

    /// The form that is stored; [`PasswordHash::parse`] reads it back.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `password` is the one that was hashed, compared in constant time.
    ///
    /// The password is brought to NFC, as when it was set. bcrypt looks at 72 bytes, as its origin did.
    /// Panics when the system lacks the memory that the hash demands; [`Hasher`](super::hasher::Hasher) survives that.
    pub fn verify(&self, password: &Secret, memory: &mut WorkingMemory) -> bool {
        self.recipe.verify(normal(password).expose().as_bytes(), memory)
    }

    /// Whether the hash is as strong as the ones we make now; otherwise it is renewed at the next right sign-in.
    pub fn is_current(&self) -> bool {
        match &self.recipe {
            Recipe::Argon2(argon2) => argon2.is_current(),
            _ => false,
        }
    }

    /// Whether verifying takes much longer than for a hash of ours, or memory beyond what a worker keeps.
    pub fn is_slow(&self) -> bool {
        match &self.recipe {
            Recipe::Argon2(argon2) | Recipe::Wrapped { argon2, .. } => {
                let work = u64::from(argon2.params.m_cost()) * u64::from(argon2.params.t_cost());
                work > 4 * u64::from(CURRENT_MEMORY_KIB * CURRENT_PASSES) || argon2.params.m_cost() > CURRENT_MEMORY_KIB
            }
            _ => true,
        }
    }

    /// Whether the parameters are below what OWASP asks of this scheme; the import's review counts these.
    pub fn is_below_guidance(&self) -> bool {
        match &self.recipe {
            // At rest a wrapped hash is as strong as its Argon2id.
            Recipe::Argon2(argon2) | Recipe::Wrapped { argon2, .. } => argon2.is_below_guidance(),
            Recipe::Bcrypt { cost, .. } => *cost < 10,
            Recipe::Scrypt { params, .. } => {
                let enough = [(17, 1), (16, 2), (15, 3), (14, 5), (13, 10)];
                !enough
                    .iter()
                    .any(|(log_n, p)| params.log_n() >= *log_n && params.r() >= 8 && params.p() >= *p)
            }
            Recipe::Pbkdf2 {
                function: Sha2::Sha256,
                iterations,
                ..
            } => *iterations < 600_000,
            Recipe::Pbkdf2 {
                function: Sha2::Sha512,
                iterations,
                ..
            } => *iterations < 210_000,
            Recipe::ShaCrypt { .. } => true,
        }
    }

    /// The name of the scheme, for reports: `argon2id`, `bcrypt`, `ssha`, ….
    pub fn scheme(&self) -> &'static str {
        match &self.recipe {
            Recipe::Argon2(argon2) => argon2.algorithm.as_str(),
            Recipe::Wrapped { inner, .. } => inner.scheme(),
            Recipe::Bcrypt { .. } => "bcrypt",
            Recipe::Scrypt { .. } => "scrypt",
            Recipe::Pbkdf2 {
                function: Sha2::Sha256, ..
            } => "pbkdf2-sha256",
            Recipe::Pbkdf2 {
                function: Sha2::Sha512, ..
            } => "pbkdf2-sha512",
            Recipe::ShaCrypt {
                function: Sha2::Sha256, ..
            } => "sha256-crypt",
            Recipe::ShaCrypt {
                function: Sha2::Sha512, ..
            } => "sha512-crypt",
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasswordHash({})", self.scheme())
    }
}

/// A hash as another system exported it.
#[derive(Clone, Debug)]
pub enum ImportedHash {
    /// Slow enough to be stored as it is.
    Ready(PasswordHash),
    /// A fast salted digest, which must be wrapped before it may rest in the database.
    Fast(SaltedDigest),
}

impl ImportedHash {
    /// Recognises the scheme by the exact form of `text`; never guesses, and never takes text for a password.
    ///
    /// Errors: `Unsupported` (`HASH_UNSUPPORTED`) and `TooCostly` (`HASH_TOO_COSTLY`).
    pub fn parse(text: &str) -> Result<Self, HashRefusal> {
        match SaltedDigest::parse(text) {
            Some(digest) => Ok(ImportedHash::Fast(digest)),
            None => PasswordHash::parse(text).map(ImportedHash::Ready),
        }
    }

    /// The name of the scheme, the same before and after wrapping.
    pub fn scheme(&self) -> &'static str {
        match self {
            ImportedHash::Ready(hash) => hash.scheme(),
            ImportedHash::Fast(digest) => digest.inner.scheme(),
        }
    }

    /// Whether the parameters are below what OWASP asks of this scheme.
    pub fn is_below_guidance(&self) -> bool {
        match self {
            ImportedHash::Ready(hash) => hash.is_below_guidance(),
            ImportedHash::Fast(_) => true,
        }
    }
}

/// LDAP's `{SSHA}`, `{SSHA256}` or `{SSHA512}`: a digest of password and salt (RFC 2307 names the form).
#[derive(Clone)]
pub struct SaltedDigest {
    inner: InnerDigest,
    salt: Vec<u8>,
    digest: Zeroizing<Vec<u8>>,
}

impl SaltedDigest {
    fn parse(text: &str) -> Option<Self> {
        let (inner, body) = [InnerDigest::Sha1, InnerDigest::Sha256, InnerDigest::Sha512]
            .into_iter()
            .find_map(|inner| Some((inner, strip_prefix_of_any_case(text, inner.ldap_prefix())?)))?;
        if body.len() > MAX_TEXT_BYTES {
            return None;
        }
        let mut digest = Zeroizing::new(Base64::decode_vec(body).ok()?);
        let salt = digest
            .get(inner.bytes()..)
            .filter(|salt| SALT_BYTES.contains(&salt.len()))?
            .to_vec();
        digest.truncate(inner.bytes());
        Some(SaltedDigest { inner, salt, digest })
    }

    /// Stores Argon2id of the digest instead of the digest: a stolen database then costs as much to attack as if the
    /// passwords had been ours from the beginning.
    pub fn wrap(&self, salt: [u8; CURRENT_SALT_BYTES], memory: &mut WorkingMemory) -> PasswordHash {
        let mut argon2 = Argon2Recipe::current(salt);
        argon2.digest = argon2.derive(&self.digest, memory);
        let inner_salt = format!(",s={}", Base64Unpadded::encode_string(&self.salt));
        PasswordHash {
            text: argon2.print(self.inner.wrapped_name(), &inner_salt),
            recipe: Recipe::Wrapped {
                inner: self.inner,
                inner_salt: self.salt.clone(),
                argon2,
            },
        }
    }
}

impl fmt::Debug for SaltedDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SaltedDigest({})", self.inner.scheme())
    }
}

/// Why a hash is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashRefusal {
    /// Unknown, malformed, unsalted or broken; or not a hash at all.
    #[error(
        "This is not a password hash of a supported format. Import the account without a password and invite the person to set one."
    )]
    Unsupported,
    /// Verifying it would take too much time or memory.
    #[error(
        "This password hash costs too much to verify. Import the account without a password and invite the person to set one."
    )]
    TooCostly,
}

impl HashRefusal {
    /// The stable code, as reported for a row of an import.
    pub fn code(self) -> &'static str {
        match self {
            HashRefusal::Unsupported => "HASH_UNSUPPORTED",
            HashRefusal::TooCostly => "HASH_TOO_COSTLY",
        }
    }
}

/// The 19 MiB that a current hash works in: allocated at first use, then used again, because fresh pages cost more
/// than a tenth of the time.
#[derive(Default)]
pub struct WorkingMemory {
    blocks: Vec<Block>,
}

impl WorkingMemory {
    const BLOCKS: usize = CURRENT_MEMORY_KIB as usize;

    fn blocks(&mut self) -> &mut [Block] {
        if self.blocks.is_empty() {
            self.blocks = vec![Block::new(); Self::BLOCKS];
        }
        &mut self.blocks
    }

    /// Where the memory is, to see that it stays there.
    #[cfg(test)]
    pub(super) fn address(&self) -> usize {
        self.blocks.as_ptr().addr()
    }
}

impl fmt::Debug for WorkingMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WorkingMemory({} KiB)", self.blocks.len())
    }
}

/// How to get from a password to the digest that was kept.
#[derive(Clone)]
enum Recipe {
    Argon2(Argon2Recipe),
    Wrapped {
        inner: InnerDigest,
        inner_salt: Vec<u8>,
        argon2: Argon2Recipe,
    },
    Bcrypt {
        cost: u8,
        salt: [u8; 16],
        digest: [u8; 23],
    },
    Scrypt {
        params: scrypt::Params,
        salt: Vec<u8>,
        digest: Vec<u8>,
    },
    Pbkdf2 {
        function: Sha2,
        iterations: u32,
        salt: Vec<u8>,
        digest: Vec<u8>,
    },
    ShaCrypt {
        function: Sha2,
        params: sha_crypt::Params,
        salt: Vec<u8>,
        digest: Vec<u8>,
    },
}

impl Recipe {
    fn parse(text: &str) -> Result<Self, HashRefusal> {
        if let Some(rest) = strip_prefix_of_any_case(text, "{PBKDF2-SHA256}") {
            return ldap_pbkdf2(Sha2::Sha256, rest);
        }
        if let Some(rest) = strip_prefix_of_any_case(text, "{PBKDF2-SHA512}") {
            return ldap_pbkdf2(Sha2::Sha512, rest);
        }
        let fields: Vec<&str> = text.split('$').collect();
        match fields.as_slice() {
            ["", "argon2id", version, params, salt, digest] => {
                Argon2Recipe::parse(Algorithm::Argon2id, version, params, salt, digest).map(Recipe::Argon2)
            }
            ["", "argon2i", version, params, salt, digest] => {
                Argon2Recipe::parse(Algorithm::Argon2i, version, params, salt, digest).map(Recipe::Argon2)
            }
            ["", name, version, params, salt, digest] => wrapped(name, version, params, salt, digest),
            ["", "2a" | "2b" | "2y", cost, body] => bcrypt(cost, body),
            ["", "scrypt", params, salt, digest] => scrypt(params, salt, digest),
            ["", "pbkdf2-sha256", cost, salt, digest] => pbkdf2(Sha2::Sha256, cost, salt, digest),
            ["", "pbkdf2-sha512", cost, salt, digest] => pbkdf2(Sha2::Sha512, cost, salt, digest),
            ["pbkdf2_sha256", cost, salt, digest] => django_pbkdf2(cost, salt, digest),
            ["", "5", salt, digest] => sha_crypt(Sha2::Sha256, None, salt, digest),
            ["", "5", rounds, salt, digest] => sha_crypt(Sha2::Sha256, Some(rounds), salt, digest),
            ["", "6", salt, digest] => sha_crypt(Sha2::Sha512, None, salt, digest),
            ["", "6", rounds, salt, digest] => sha_crypt(Sha2::Sha512, Some(rounds), salt, digest),
            _ => Err(HashRefusal::Unsupported),
        }
    }

    fn verify(&self, password: &[u8], memory: &mut WorkingMemory) -> bool {
        match self {
            Recipe::Argon2(argon2) => argon2.verify(password, memory),
            Recipe::Wrapped {
                inner,
                inner_salt,
                argon2,
            } => argon2.verify(&inner.digest(password, inner_salt), memory),
            Recipe::Bcrypt { cost, salt, digest } => {
                // The origin hashed a C string with its final NUL, and at most 72 bytes of it.
                let mut key = Zeroizing::new([0; 72]);
                let length = password.len().min(72);
                key[..length].copy_from_slice(&password[..length]);
                let found = bcrypt::bcrypt(u32::from(*cost), *salt, &key[..(length + 1).min(72)]);
                // The last of the 24 bytes is not kept by any implementation.
                found[..23].ct_eq(digest).into()
            }
            Recipe::Scrypt { params, salt, digest } => {
                let mut found = vec![0; digest.len()];
                scrypt::scrypt(password, salt, params, &mut found).expect("16 to 64 bytes are a valid length");
                found.ct_eq(digest).into()
            }
            Recipe::Pbkdf2 {
                function,
                iterations,
                salt,
                digest,
            } => {
                let mut found = vec![0; digest.len()];
                match function {
                    Sha2::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, *iterations, &mut found),
                    Sha2::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, *iterations, &mut found),
                }
                found.ct_eq(digest).into()
            }
            Recipe::ShaCrypt {
                function,
                params,
                salt,
                digest,
            } => {
                // The algorithm's cost grows with the square of the length, and crypt(3) refuses what is longer than
                // CRYPT_MAX_PASSPHRASE_SIZE: no such hash can have been made.
                if password.len() > 512 {
                    return false;
                }
                let found = match function {
                    Sha2::Sha256 => {
                        in_crypt_order(&SHA256_CRYPT_ORDER, &sha_crypt::sha256_crypt(password, salt, *params))
                    }
                    Sha2::Sha512 => {
                        in_crypt_order(&SHA512_CRYPT_ORDER, &sha_crypt::sha512_crypt(password, salt, *params))
                    }
                };
                found.ct_eq(digest).into()
            }
        }
    }
}

/// Argon2 in one of its variants (RFC 9106).
#[derive(Clone)]
struct Argon2Recipe {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

impl Argon2Recipe {
    /// What we make now; the digest is still to come.
    fn current(salt: [u8; CURRENT_SALT_BYTES]) -> Self {
        let params = Params::new(
            CURRENT_MEMORY_KIB,
            CURRENT_PASSES,
            CURRENT_LANES,
            Some(CURRENT_DIGEST_BYTES),
        )
        .expect("the current parameters are valid");
        Argon2Recipe {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params,
            salt: salt.to_vec(),
            digest: vec![0; CURRENT_DIGEST_BYTES],
        }
    }

    /// Reads the four fields after the name; the reference implementation writes them in exactly this order.
    fn parse(algorithm: Algorithm, version: &str, params: &str, salt: &str, digest: &str) -> Result<Self, HashRefusal> {
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
        if memory_kib > MAX_ARGON2_MEMORY_KIB || passes > MAX_ARGON2_PASSES {
            return Err(HashRefusal::TooCostly);
        }
        let params = Params::new(narrow(memory_kib)?, narrow(passes)?, narrow(lanes)?, Some(digest.len()))
            .map_err(|_| HashRefusal::Unsupported)?;
        Ok(Argon2Recipe {
            algorithm,
            version,
            params,
            salt,
            digest,
        })
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

    fn verify(&self, input: &[u8], memory: &mut WorkingMemory) -> bool {
        self.derive(input, memory).ct_eq(&self.digest).into()
    }

    fn is_current(&self) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.m_cost() >= CURRENT_MEMORY_KIB
            && self.params.t_cost() >= CURRENT_PASSES
            && self.salt.len() >= CURRENT_SALT_BYTES
            && self.digest.len() >= CURRENT_DIGEST_BYTES
    }

    fn is_below_guidance(&self) -> bool {
        let enough = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];
        self.algorithm != Algorithm::Argon2id
            || !enough
                .iter()
                .any(|(m, t)| self.params.m_cost() >= *m && self.params.t_cost() >= *t)
    }

    /// The PHC string, with `more` after the parameters.
    fn print(&self, name: &str, more: &str) -> String {
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

/// The fast hash inside a wrapped one.
#[derive(Clone, Copy)]
enum InnerDigest {
    Sha1,
    Sha256,
    Sha512,
}

impl InnerDigest {
    fn scheme(self) -> &'static str {
        match self {
            InnerDigest::Sha1 => "ssha",
            InnerDigest::Sha256 => "ssha256",
            InnerDigest::Sha512 => "ssha512",
        }
    }

    fn ldap_prefix(self) -> &'static str {
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

    fn bytes(self) -> usize {
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

/// The two hash functions that PBKDF2 and SHA-crypt are built on.
#[derive(Clone, Copy)]
enum Sha2 {
    Sha256,
    Sha512,
}

impl Sha2 {
    fn bytes(self) -> usize {
        match self {
            Sha2::Sha256 => 32,
            Sha2::Sha512 => 64,
        }
    }
}

fn wrapped(name: &str, version: &str, params: &str, salt: &str, digest: &str) -> Result<Recipe, HashRefusal> {
    let inner = [InnerDigest::Sha1, InnerDigest::Sha256, InnerDigest::Sha512]
        .into_iter()
        .find(|inner| inner.wrapped_name() == name)
        .ok_or(HashRefusal::Unsupported)?;
    let (params, inner_salt) = params.split_once(",s=").ok_or(HashRefusal::Unsupported)?;
    let inner_salt = bytes::<Base64Unpadded>(inner_salt)?;
    if !SALT_BYTES.contains(&inner_salt.len()) {
        return Err(HashRefusal::Unsupported);
    }
    let argon2 = Argon2Recipe::parse(Algorithm::Argon2id, version, params, salt, digest)?;
    Ok(Recipe::Wrapped {
        inner,
        inner_salt,
        argon2,
    })
}

fn bcrypt(cost: &str, body: &str) -> Result<Recipe, HashRefusal> {
    if cost.len() != 2 || body.len() != 53 || !cost.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(HashRefusal::Unsupported);
    }
    let (salt, digest) = body.split_at_checked(22).ok_or(HashRefusal::Unsupported)?;
    let salt = bytes::<Base64Bcrypt>(salt)?
        .try_into()
        .map_err(|_| HashRefusal::Unsupported)?;
    let digest = bytes::<Base64Bcrypt>(digest)?
        .try_into()
        .map_err(|_| HashRefusal::Unsupported)?;
    match cost.parse().map_err(|_| HashRefusal::Unsupported)? {
        cost @ 4..=MAX_BCRYPT_COST => Ok(Recipe::Bcrypt { cost, salt, digest }),
        15..=31 => Err(HashRefusal::TooCostly),
        _ => Err(HashRefusal::Unsupported),
    }
}

fn scrypt(params: &str, salt: &str, digest: &str) -> Result<Recipe, HashRefusal> {
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
    let n = u32::try_from(log_n)
        .ok()
        .and_then(|log_n| 1_u64.checked_shl(log_n))
        .ok_or(HashRefusal::TooCostly)?;
    let memory = n
        .checked_add(p)
        .and_then(|rows| rows.checked_mul(r)?.checked_mul(128))
        .ok_or(HashRefusal::TooCostly)?;
    let work = memory.checked_mul(p).ok_or(HashRefusal::TooCostly)?;
    if memory > MAX_SCRYPT_MEMORY_BYTES || work > MAX_SCRYPT_WORK_BYTES {
        return Err(HashRefusal::TooCostly);
    }
    let log_n = u8::try_from(log_n).map_err(|_| HashRefusal::TooCostly)?;
    let params = scrypt::Params::new(log_n, narrow(r)?, narrow(p)?).map_err(|_| HashRefusal::Unsupported)?;
    Ok(Recipe::Scrypt { params, salt, digest })
}

/// `$pbkdf2-sha256$…` as passlib writes it (`29000`, with `.` for `+`) or as PHC (`i=29000,l=32`).
fn pbkdf2(function: Sha2, cost: &str, salt: &str, digest: &str) -> Result<Recipe, HashRefusal> {
    if !cost.starts_with("i=") {
        return checked_pbkdf2(function, cost, adapted_base64(salt)?, adapted_base64(digest)?);
    }
    let [iterations, length] = params_named(cost, ["i", "l"])?;
    let (salt, digest) = (bytes::<Base64Unpadded>(salt)?, bytes::<Base64Unpadded>(digest)?);
    if number(length)? != digest.len() as u64 {
        return Err(HashRefusal::Unsupported);
    }
    checked_pbkdf2(function, iterations, salt, digest)
}

/// `{PBKDF2-SHA256}…` as OpenLDAP and 389 Directory Server write it.
fn ldap_pbkdf2(function: Sha2, rest: &str) -> Result<Recipe, HashRefusal> {
    let fields: Vec<&str> = rest.split('$').collect();
    let [iterations, salt, digest] = fields.as_slice() else {
        return Err(HashRefusal::Unsupported);
    };
    checked_pbkdf2(function, iterations, adapted_base64(salt)?, adapted_base64(digest)?)
}

/// `pbkdf2_sha256$…`: Django's salt is text that is used as it stands.
fn django_pbkdf2(iterations: &str, salt: &str, digest: &str) -> Result<Recipe, HashRefusal> {
    checked_pbkdf2(
        Sha2::Sha256,
        iterations,
        salt.as_bytes().to_vec(),
        bytes::<Base64>(digest)?,
    )
}

fn checked_pbkdf2(function: Sha2, iterations: &str, salt: Vec<u8>, digest: Vec<u8>) -> Result<Recipe, HashRefusal> {
    // A digest longer than the function's would multiply the cost behind the ceiling's back.
    let sizes_are_right =
        SALT_BYTES.contains(&salt.len()) && DIGEST_BYTES.contains(&digest.len()) && digest.len() <= function.bytes();
    match number(iterations)? {
        0 => Err(HashRefusal::Unsupported),
        _ if !sizes_are_right => Err(HashRefusal::Unsupported),
        iterations if iterations > MAX_PBKDF2_ITERATIONS => Err(HashRefusal::TooCostly),
        iterations => Ok(Recipe::Pbkdf2 {
            function,
            iterations: narrow(iterations)?,
            salt,
            digest,
        }),
    }
}

fn sha_crypt(function: Sha2, rounds: Option<&str>, salt: &str, digest: &str) -> Result<Recipe, HashRefusal> {
    let digest = bytes::<Base64ShaCrypt>(digest)?;
    // crypt(3) cuts salts at 16 characters before it prints them, and keeps `:` out of password files.
    if digest.len() != function.bytes() || !(1..=16).contains(&salt.len()) || salt.contains(':') {
        return Err(HashRefusal::Unsupported);
    }
    let rounds = match rounds {
        Some(rounds) => number(rounds.strip_prefix("rounds=").ok_or(HashRefusal::Unsupported)?)?,
        None => u64::from(sha_crypt::Params::RECOMMENDED_ROUNDS),
    };
    if rounds > MAX_SHA_CRYPT_ROUNDS {
        return Err(HashRefusal::TooCostly);
    }
    // Fewer than 1,000 rounds are never printed: crypt(3) raises them.
    let params = sha_crypt::Params::new(narrow(rounds)?).map_err(|_| HashRefusal::Unsupported)?;
    Ok(Recipe::ShaCrypt {
        function,
        params,
        salt: salt.as_bytes().to_vec(),
        digest,
    })
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

fn normal(password: &Secret) -> Secret {
    Secret::new(nfc(password.expose()))
}

/// The values of `a=1,b=2`: all of `names`, in their order, and nothing else.
fn params_named<'a, const N: usize>(text: &'a str, names: [&str; N]) -> Result<[&'a str; N], HashRefusal> {
    let mut parts = text.split(',');
    let mut values = [""; N];
    for (value, name) in values.iter_mut().zip(names) {
        let part = parts.next().and_then(|part| part.strip_prefix(name)?.strip_prefix('='));
        *value = part.ok_or(HashRefusal::Unsupported)?;
    }
    if parts.next().is_some() {
        Err(HashRefusal::Unsupported)
    } else {
        Ok(values)
    }
}

/// A decimal number without sign or leading zeros.
fn number(text: &str) -> Result<u64, HashRefusal> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain).ok_or(HashRefusal::Unsupported)
}

fn narrow(number: u64) -> Result<u32, HashRefusal> {
    u32::try_from(number).map_err(|_| HashRefusal::Unsupported)
}

fn bytes<E: Encoding>(text: &str) -> Result<Vec<u8>, HashRefusal> {
    E::decode_vec(text).map_err(|_| HashRefusal::Unsupported)
}

/// Base64 without padding, with `.` or with `+`.
fn adapted_base64(text: &str) -> Result<Vec<u8>, HashRefusal> {
    bytes::<Base64Unpadded>(&text.replace('.', "+"))
}

fn strip_prefix_of_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PASSWORD: &str = "correct horse battery";

    /// Made by the reference implementations: argon2-cffi 25.1, bcrypt 5.0, passlib 1.7.4, Python's hashlib and glibc's crypt.
    const KNOWN: &[(&str, &str)] = &[
        (
            "argon2id",
            "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4",
        ),
        (
            "argon2id",
            "$argon2id$v=19$m=1024,t=1,p=2$MDEyMzQ1Njc4OWFiY2RlZg$iyf3S5GWHR2F/DNBALvTXIhkeNuoDYsoEFNR7HvZCiE",
        ),
        (
            "argon2id",
            "$argon2id$v=19$m=1001,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$+Pb9d8tNKDx3vk22Qzk+++ZuivRjefks",
        ),
        (
            "argon2id",
            "$argon2id$v=16$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$p5/dzpsMRCOGBpU92GxNnfUaAKcHANiSgurl1nUIVNQ",
        ),
        (
            "argon2id",
            "$argon2id$v=19$m=32768,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$uGiTTmWKbpWwQacL+s9ps5Eyhl+PXnCWLC3x4/TJ6D8",
        ),
        (
            "argon2i",
            "$argon2i$v=19$m=4096,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$9zPMIhKcfiQl4UJIjG3qGPZNFtgA8stHPOEtxrqPdOE",
        ),
        ("bcrypt", "$2a$05$xtpQ2lk.n/DbEIRmoMZeAOix8QE1J4UN3ssokHmPEWXx5moHGAecK"),
        ("bcrypt", "$2b$05$D6pyDXMbKtTbWJAD7MLSSuOqWHZOK7BR96yXFgSymYrQ798xhBZN6"),
        ("bcrypt", "$2y$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"),
        (
            "scrypt",
            "$scrypt$ln=10,r=8,p=2$MDEyMzQ1Njc4OWFiY2RlZg$faCG2Y2MU7gpu0yKEJONexUzhBri6oOSfKdyxUHubQ0",
        ),
        (
            "scrypt",
            "$scrypt$ln=9,r=8,p=1$++++//4BAgMEBQYHCAkKCw$XUIozqukMext/8/c1sgeTF4F0elGjeJlgQOSUaTC5l4",
        ),
        (
            "pbkdf2-sha256",
            "$pbkdf2-sha256$1000$....//4BAgMEBQYHCAkKCw$QtPm0Navo1YRoHwVhAQBOlbgcIA6sRX60Sro4qjCneg",
        ),
        (
            "pbkdf2-sha256",
            "$pbkdf2-sha256$i=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$BVALGMmC/K/8ELErc5VgJxyPFApArIZRCQsqjEgZWJ4",
        ),
        (
            "pbkdf2-sha256",
            "{PBKDF2-SHA256}1000$....//4BAgMEBQYHCAkKCw$QtPm0Navo1YRoHwVhAQBOlbgcIA6sRX60Sro4qjCneg",
        ),
        (
            "pbkdf2-sha256",
            "{pbkdf2-sha256}1000$++++//4BAgMEBQYHCAkKCw$QtPm0Navo1YRoHwVhAQBOlbgcIA6sRX60Sro4qjCneg",
        ),
        (
            "pbkdf2-sha256",
            "pbkdf2_sha256$1000$Zk3fJq9xLm2p$stJpemRfiGzCKXGN5ulwhnN2R5NrP9wTSdz8CGbdFzw=",
        ),
        (
            "pbkdf2-sha512",
            "$pbkdf2-sha512$1000$....//4BAgMEBQYHCAkKCw$ajCynKUbIPZahxk/rZQ7dr.VKnKKE2cJegigepVcP8K2XH5bFMOK1Jz6XwYK20r7mlcfDI22iKd7A3bZFo481Q",
        ),
        (
            "pbkdf2-sha512",
            "{PBKDF2-SHA512}1000$....//4BAgMEBQYHCAkKCw$ajCynKUbIPZahxk/rZQ7dr.VKnKKE2cJegigepVcP8K2XH5bFMOK1Jz6XwYK20r7mlcfDI22iKd7A3bZFo481Q",
        ),
        (
            "sha256-crypt",
            "$5$rounds=1000$saltstring$HtDZT8yvklgh8iHEUqaCvT10vnIkaC0O7gM/AACxuaC",
        ),
        (
            "sha256-crypt",
            "$5$saltstring$Ei5pjI5XWclFQjLDfGOMwlNh9NsZierSPwLy2XgJds6",
        ),
        (
            "sha512-crypt",
            "$6$rounds=1234$saltstringsaltst$gXAx7KENMCzZ3OYYpuCt5fH68V9hLpZkjYlX0ypIJjdiAGjY9kYVsTtmrnyMuYosYRki9dB6WAlIh1ot.rzhm/",
        ),
        (
            "sha512-crypt",
            "$6$Qx8.z/1a$TLgtrnw161gIwoMBBuqWU2LSXSxqrK4UFa8LtQ5K.ijhqeRZyIWp5uNdHEqUfR3jo0Ma.Ru53QHGXZDJFDiNI/",
        ),
        ("ssha", "{SSHA}yw7XxdLZpEyjj4GFVmdqLQ5RxpH7777/"),
        ("ssha", "{ssha}yw7XxdLZpEyjj4GFVmdqLQ5RxpH7777/"),
        (
            "ssha256",
            "{SSHA256}3PO5ZBbJouoLZgNzROBOpnZI1GH7sD5IWsKBarZJkfX7777//gECAw==",
        ),
        (
            "ssha512",
            "{SSHA512}zujkjtIapYQOXOR4NUBxJiovGEzYk3XO5FxkkJoB+aOhKnGDycWUCyeARnTKNHnoAcHQpm1GAxr2Q/t6T0RnNvvvvv/+AQIDBAUGBwgJCgs=",
        ),
        (
            "ssha",
            "$argon2id-ssha$v=19$m=19456,t=2,p=1,s=++++/w$MDEyMzQ1Njc4OWFiY2RlZg$QvNQyrQdLXgd1aoLXstSz+WDLaoq7RTp8BKVZQ9utTU",
        ),
    ];

    fn refusal(text: &str) -> Option<HashRefusal> {
        ImportedHash::parse(text).err()
    }

    /// The hash as it would be stored after an import.
    fn imported(text: &str, memory: &mut WorkingMemory) -> PasswordHash {
        match ImportedHash::parse(text).expect("a supported hash") {
            ImportedHash::Ready(hash) => hash,
            ImportedHash::Fast(digest) => digest.wrap(*b"0123456789abcdef", memory),
        }
    }

    #[test]
    fn known_hashes_accept_their_password_and_no_other() {
        let mut memory = WorkingMemory::default();
        for (scheme, text) in KNOWN {
            let hash = imported(text, &mut memory);
            assert_eq!(&hash.scheme(), scheme, "{text}");
            assert_eq!(&ImportedHash::parse(text).unwrap().scheme(), scheme, "{text}");
            assert!(hash.verify(&Secret::new(PASSWORD), &mut memory), "{text}");
            assert!(
                !hash.verify(&Secret::new("correct horse batterz"), &mut memory),
                "{text}"
            );
            assert!(!hash.verify(&Secret::new(""), &mut memory), "{text}");
        }
    }

    #[test]
    fn a_stored_hash_reads_back_as_it_was() {
        let mut memory = WorkingMemory::default();
        for (_, text) in KNOWN {
            let stored = imported(text, &mut memory).as_str().to_owned();
            let read = PasswordHash::parse(&stored).unwrap();
            assert_eq!(read.as_str(), stored);
            assert!(read.verify(&Secret::new(PASSWORD), &mut memory), "{stored}");
        }
    }

    #[test]
    fn a_new_hash_is_the_reference_implementations() {
        let mut memory = WorkingMemory::default();
        let hash = PasswordHash::new(&Secret::new(PASSWORD), *b"0123456789abcdef", &mut memory);
        assert_eq!(hash.as_str(), KNOWN[0].1);
        assert!(hash.is_current() && !hash.is_slow() && !hash.is_below_guidance());
    }

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
    fn only_argon2id_as_strong_as_ours_is_current() {
        let is_current = |params: &str| {
            let text = format!("{params}$MDEyMzQ1Njc4OWFiY2RlZg$69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4");
            PasswordHash::parse(&text).unwrap().is_current()
        };
        assert!(is_current("$argon2id$v=19$m=19456,t=2,p=1"));
        assert!(is_current("$argon2id$v=19$m=65536,t=3,p=4"));
        assert!(!is_current("$argon2id$v=19$m=19455,t=2,p=1"));
        assert!(!is_current("$argon2id$v=19$m=47104,t=1,p=1"));
        assert!(!is_current("$argon2id$v=16$m=19456,t=2,p=1"));
        assert!(!is_current("$argon2i$v=19$m=19456,t=2,p=1"));
        assert!(KNOWN[1..].iter().all(
            |(_, text)| PasswordHash::parse(text).is_ok_and(|hash| !hash.is_current())
                || matches!(ImportedHash::parse(text), Ok(ImportedHash::Fast(_)))
        ));
    }

    #[test]
    fn slow_hashes_are_known_as_slow() {
        let is_slow = |text: &str| PasswordHash::parse(text).unwrap().is_slow();
        assert!(!is_slow(KNOWN[0].1));
        assert!(is_slow(KNOWN[4].1), "it needs 32 MiB");
        assert!(is_slow(
            "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4"
        ));
        assert!(is_slow("$2y$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"));
    }

    #[test]
    fn weak_parameters_are_flagged() {
        let flagged: Vec<&str> = KNOWN
            .iter()
            .filter(|(_, text)| ImportedHash::parse(text).unwrap().is_below_guidance())
            .map(|known| known.0)
            .collect();
        // All but the first and the one that is wrapped already.
        assert_eq!(flagged.len(), KNOWN.len() - 2);
        let strong = "$2b$10$D6pyDXMbKtTbWJAD7MLSSuOqWHZOK7BR96yXFgSymYrQ798xhBZN6";
        assert!(!ImportedHash::parse(strong).unwrap().is_below_guidance());
    }

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
    fn our_own_hashes_look_at_the_whole_password() {
        let mut memory = WorkingMemory::default();
        let hash = PasswordHash::new(&Secret::new("x".repeat(300)), *b"0123456789abcdef", &mut memory);
        assert!(hash.as_str().ends_with("$viQOehT1/wM6+f8a1ikyzVF37OVAXKDqvNjhrDTcsLA"));
        assert!(!hash.verify(&Secret::new("x".repeat(299)), &mut memory));
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_password() {
        let mut memory = WorkingMemory::default();
        // argon2-cffi over the composed form.
        let hash = PasswordHash::parse(
            "$argon2id$v=19$m=1024,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$5e07rPL7aolTFiVTvyYj4EazxyXiAPpfIccbS8X0DAU",
        )
        .unwrap();
        assert!(hash.verify(&Secret::new("caf\u{e9} cr\u{e8}me br\u{fb}l\u{e9}e"), &mut memory));
        assert!(hash.verify(
            &Secret::new("cafe\u{301} cre\u{300}me bru\u{302}le\u{301}e"),
            &mut memory
        ));
        assert!(!hash.verify(&Secret::new("cafe creme brulee"), &mut memory));
    }

    #[test]
    fn a_hash_of_nobody_looks_like_a_current_one() {
        let hash = PasswordHash::of_nobody([7; 16], [9; 32]);
        assert!(PasswordHash::parse(hash.as_str()).unwrap().is_current());
        assert!(!hash.verify(&Secret::new(PASSWORD), &mut WorkingMemory::default()));
    }

    #[test]
    fn hashes_above_the_ceilings_are_too_costly() {
        let tail = "$MDEyMzQ1Njc4OWFiY2RlZg$69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4";
        let sha512_crypt =
            "$Qx8.z/1a$TLgtrnw161gIwoMBBuqWU2LSXSxqrK4UFa8LtQ5K.ijhqeRZyIWp5uNdHEqUfR3jo0Ma.Ru53QHGXZDJFDiNI/";
        let bcrypt = "$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";
        for (highest, beyond) in [
            (
                format!("$argon2id$v=19$m=262144,t=10,p=1{tail}"),
                format!("$argon2id$v=19$m=262145,t=10,p=1{tail}"),
            ),
            (
                format!("$argon2i$v=19$m=64,t=10,p=1{tail}"),
                format!("$argon2i$v=19$m=64,t=11,p=1{tail}"),
            ),
            (
                format!("$argon2id-ssha$v=19$m=64,t=10,p=1,s=++++/w{tail}"),
                format!("$argon2id-ssha$v=19$m=64,t=99,p=1,s=++++/w{tail}"),
            ),
            (format!("$2b$14{bcrypt}"), format!("$2b$15{bcrypt}")),
            (format!("$2a$04{bcrypt}"), format!("$2a$31{bcrypt}")),
            (
                format!("$scrypt$ln=17,r=8,p=1{tail}"),
                format!("$scrypt$ln=18,r=8,p=1{tail}"),
            ),
            (
                format!("$scrypt$ln=13,r=8,p=10{tail}"),
                format!("$scrypt$ln=13,r=8,p=1000{tail}"),
            ),
            (
                format!("$scrypt$ln=1,r=1,p=1{tail}"),
                format!("$scrypt$ln=63,r=4294967295,p=4294967295{tail}"),
            ),
            (
                format!("$scrypt$ln=1,r=1,p=2{tail}"),
                format!("$scrypt$ln=64,r=1,p=1{tail}"),
            ),
            (
                format!("$pbkdf2-sha256$2000000{tail}"),
                format!("$pbkdf2-sha256$2000001{tail}"),
            ),
            (
                format!("$pbkdf2-sha512$i=2000000,l=32{tail}"),
                format!("$pbkdf2-sha512$i=2000001,l=32{tail}"),
            ),
            (
                format!("{{PBKDF2-SHA256}}2000000{tail}"),
                format!("{{PBKDF2-SHA256}}18446744073709551615{tail}"),
            ),
            (
                format!("pbkdf2_sha256$2000000{tail}="),
                format!("pbkdf2_sha256$4294967296{tail}="),
            ),
            (
                format!("$6$rounds=1000000{sha512_crypt}"),
                format!("$6$rounds=999999999{sha512_crypt}"),
            ),
        ] {
            assert_eq!(refusal(&highest), None, "{highest}");
            assert_eq!(refusal(&beyond), Some(HashRefusal::TooCostly), "{beyond}");
        }
        assert_eq!(HashRefusal::TooCostly.code(), "HASH_TOO_COSTLY");
    }

    #[test]
    fn what_is_broken_unsalted_or_plain_is_unsupported() {
        for text in [
            "",
            "hunter2",
            "correct horse battery staple",
            "$",
            "$$$$$$",
            "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
            "{MD5}X03MO1qnZdYdgyfeuILPmQ==",
            "{SMD5}4QWGWZpj9GCmfuqEvm8HtZhZS6E=",
            "{CRYPT}$6$Qx8.z/1a$TLgtrnw161gIwoMBBuqWU2LSXSxqrK4UFa8LtQ5K.ijhqeRZyIWp5uNdHEqUfR3jo0Ma.Ru53QHGXZDJFDiNI/",
            "{CLEARTEXT}hunter2",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
            "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
            "$NT$8846f7eaee8fb117ad06bdd830b7586c",
            "rEK1ecacw.7.c",
            "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/",
            "$apr1$saltsalt$qjXMvbEw8oaL.CzflDtaK/",
            "$2x$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS",
            "$argon2d$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4",
            "pbkdf2_sha1$1000$Zk3fJq9xLm2p$stJpemRfiGzCKXGN5ulwhnN2R5M=",
            // Salted by nothing: the digest of "hunter2" alone.
            "{SSHA}87sGhSRhPbLf0wKgrTmHpTmtOjI=",
        ] {
            assert_eq!(refusal(text), Some(HashRefusal::Unsupported), "{text}");
        }
        assert_eq!(HashRefusal::Unsupported.code(), "HASH_UNSUPPORTED");
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
            "$2b$4$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS".to_owned(),
            "$2b$03$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS".to_owned(),
            "$2b$+4$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS".to_owned(),
            "$2b$32$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS".to_owned(),
            "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoO".to_owned(),
            "$scrypt$ln=0,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$faCG2Y2MU7gpu0yKEJONexUzhBri6oOSfKdyxUHubQ0".to_owned(),
            "$pbkdf2-sha256$0$MDEyMzQ1Njc4OWFiY2RlZg$BVALGMmC/K/8ELErc5VgJxyPFApArIZRCQsqjEgZWJ4".to_owned(),
            "$pbkdf2-sha256$i=1000,l=20$MDEyMzQ1Njc4OWFiY2RlZg$BVALGMmC/K/8ELErc5VgJxyPFApArIZRCQsqjEgZWJ4".to_owned(),
            "$6$rounds=999$Qx8.z/1a$TLgtrnw161gIwoMBBuqWU2LSXSxqrK4UFa8LtQ5K.ijhqeRZyIWp5uNdHEqUfR3jo0Ma.Ru53QHGXZDJFDiNI/".to_owned(),
            "$6$$TLgtrnw161gIwoMBBuqWU2LSXSxqrK4UFa8LtQ5K.ijhqeRZyIWp5uNdHEqUfR3jo0Ma.Ru53QHGXZDJFDiNI/".to_owned(),
            "$5$saltstringsaltstr$Ei5pjI5XWclFQjLDfGOMwlNh9NsZierSPwLy2XgJds6".to_owned(),
        ] {
            assert_eq!(refusal(&text), Some(HashRefusal::Unsupported), "{text}");
        }
    }

    #[test]
    fn a_hash_does_not_print_itself() {
        assert_eq!(
            format!("{:?}", PasswordHash::parse(KNOWN[0].1).unwrap()),
            "PasswordHash(argon2id)"
        );
        assert_eq!(
            format!("{:?}", ImportedHash::parse(KNOWN[24].1).unwrap()),
            "Fast(SaltedDigest(ssha256))"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC*") {
            let _ = ImportedHash::parse(&text);
        }

        #[test]
        fn near_misses_are_read_or_refused_without_panic(
            row in 0..KNOWN.len(), at in 0_usize..200, take in 0_usize..9, put in "[$=,{}a-z0-9+/.é]{0,9}",
        ) {
            let mut text: Vec<char> = KNOWN[row].1.chars().collect();
            let start = at.min(text.len());
            let end = (start + take).min(text.len());
            text.splice(start..end, put.chars());
            let text: String = text.into_iter().collect();
            if let Ok(ImportedHash::Ready(hash)) = ImportedHash::parse(&text) {
                prop_assert_eq!(hash.as_str(), text);
            }
        }

        #[test]
        fn any_numbers_are_read_or_refused_without_panic(a in any::<u64>(), b in any::<u32>(), c in any::<u32>(), small in 0_u64..70) {
            let tail = "$MDEyMzQ1Njc4OWFiY2RlZg$69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4";
            for text in [
                format!("$argon2id$v=19$m={a},t={b},p={c}{tail}"),
                format!("$argon2id$v=19$m={b},t={small},p={c}{tail}"),
                format!("$scrypt$ln={small},r={b},p={c}{tail}"),
                format!("$scrypt$ln={a},r={b},p={c}{tail}"),
                format!("$pbkdf2-sha512${a}{tail}"),
            ] {
                let _ = ImportedHash::parse(&text);
            }
        }
    }
}
