//! The stored form of a password: strictly parsed, verified in constant time, never cheaper than Argon2id at rest.

mod argon2;
mod bcrypt;
mod fields;
mod imported;
mod memory;
mod pbkdf2;
mod recipe;
mod refusal;
mod salted;
mod scrypt;
mod sha2;
mod sha_crypt;
mod wrapped;

use std::fmt;

use base::Secret;
use base::text::nfc;

use self::argon2::{Argon2Recipe, CURRENT_DIGEST_BYTES, CURRENT_SALT_BYTES};
pub use self::imported::ImportedHash;
pub(super) use self::memory::WorkingMemory;
use self::recipe::Recipe;
pub use self::refusal::HashRefusal;
use self::salted::SaltedDigest;

/// Longer than any hash we read.
const MAX_TEXT_BYTES: usize = 512;

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
        Self::of_argon2id(Argon2Recipe::current(normal(password).expose().as_bytes(), salt, memory))
    }

    /// A hash at the current parameters that belongs to no password: verified when there is no account, so that an
    /// unknown name takes as long as a known one.
    pub fn of_nobody(salt: [u8; CURRENT_SALT_BYTES], digest: [u8; CURRENT_DIGEST_BYTES]) -> Self {
        Self::of_argon2id(Argon2Recipe::with_digest(digest, salt))
    }

    fn of_argon2id(argon2: Argon2Recipe) -> Self {
        PasswordHash { text: argon2.print("argon2id", ""), recipe: Recipe::Argon2(argon2) }
    }

    /// Reads a stored hash. For text from outside use [`ImportedHash::parse`], which knows more.
    ///
    /// Errors: `Unsupported` for anything but the exact forms we know, `TooCostly` above the ceilings.
    pub fn parse(text: &str) -> Result<Self, HashRefusal> {
        if text.len() > MAX_TEXT_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(HashRefusal::Unsupported);
        }
        Ok(PasswordHash { text: text.to_owned(), recipe: Recipe::parse(text)? })
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
        self.recipe.is_current()
    }

    /// Whether verifying takes much longer than for a hash of ours, or memory beyond what a worker keeps.
    pub fn is_slow(&self) -> bool {
        self.recipe.is_slow()
    }

    /// Whether the parameters are below what OWASP asks of this scheme; the import's review counts these.
    pub fn is_below_guidance(&self) -> bool {
        self.recipe.is_below_guidance()
    }

    /// The name of the scheme, for reports: `argon2id`, `bcrypt`, `ssha`, ….
    pub fn scheme(&self) -> &'static str {
        self.recipe.scheme()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasswordHash({})", self.scheme())
    }
}

fn normal(password: &Secret) -> Secret {
    Secret::new(nfc(password.expose()))
}

#[cfg(test)]
mod known;

#[cfg(test)]
mod tests {
    use super::known::{KNOWN, PASSWORD, TAIL, imported};
    use super::*;

    #[test]
    fn known_hashes_accept_their_password_and_no_other() {
        let mut memory = WorkingMemory::default();
        for (scheme, text) in KNOWN {
            let hash = imported(text, &mut memory);
            assert_eq!(&hash.scheme(), scheme, "{text}");
            assert_eq!(&ImportedHash::parse(text).unwrap().scheme(), scheme, "{text}");
            assert!(hash.verify(&Secret::new(PASSWORD), &mut memory), "{text}");
            assert!(!hash.verify(&Secret::new("correct horse batterz"), &mut memory), "{text}");
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
        assert!(hash.verify(&Secret::new("cafe\u{301} cre\u{300}me bru\u{302}le\u{301}e"), &mut memory));
        assert!(!hash.verify(&Secret::new("cafe creme brulee"), &mut memory));
    }

    #[test]
    fn a_hash_of_nobody_looks_like_a_current_one() {
        let hash = PasswordHash::of_nobody([7; 16], [9; 32]);
        assert!(PasswordHash::parse(hash.as_str()).unwrap().is_current());
        assert!(!hash.verify(&Secret::new(PASSWORD), &mut WorkingMemory::default()));
    }

    #[test]
    fn slow_hashes_are_known_as_slow() {
        let is_slow = |text: &str| PasswordHash::parse(text).unwrap().is_slow();
        assert!(!is_slow(KNOWN[0].1));
        assert!(is_slow(KNOWN[4].1), "it needs 32 MiB");
        assert!(is_slow(&format!("$argon2id$v=19$m=65536,t=3,p=4{TAIL}")));
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
    }

    #[test]
    fn only_our_own_hashes_are_current() {
        let mut memory = WorkingMemory::default();
        assert!(imported(KNOWN[0].1, &mut memory).is_current());
        assert!(KNOWN[1..].iter().all(|(_, text)| !imported(text, &mut memory).is_current()));
    }

    #[test]
    fn a_hash_does_not_print_itself() {
        assert_eq!(format!("{:?}", PasswordHash::parse(KNOWN[0].1).unwrap()), "PasswordHash(argon2id)");
    }
}
