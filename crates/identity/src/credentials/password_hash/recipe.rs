//! How to get from a password to the digest that was kept, whatever the scheme.

use argon2::Algorithm;

use super::argon2::Argon2Recipe;
use super::bcrypt::BcryptRecipe;
use super::fields::strip_prefix_of_any_case;
use super::pbkdf2::Pbkdf2Recipe;
use super::scrypt::ScryptRecipe;
use super::sha_crypt::ShaCryptRecipe;
use super::sha2::Sha2;
use super::wrapped::WrappedRecipe;
use super::{HashRefusal, WorkingMemory};

/// A scheme with its parameters, its salt and its digest.
#[derive(Clone)]
pub(super) enum Recipe {
    Argon2(Argon2Recipe),
    Wrapped(WrappedRecipe),
    Bcrypt(BcryptRecipe),
    Scrypt(ScryptRecipe),
    Pbkdf2(Pbkdf2Recipe),
    ShaCrypt(ShaCryptRecipe),
}

impl Recipe {
    /// Recognises the scheme by its name and the number of its fields.
    pub(super) fn parse(text: &str) -> Result<Self, HashRefusal> {
        if let Some(rest) = strip_prefix_of_any_case(text, "{PBKDF2-SHA256}") {
            return Pbkdf2Recipe::parse_ldap(Sha2::Sha256, rest).map(Recipe::Pbkdf2);
        }
        if let Some(rest) = strip_prefix_of_any_case(text, "{PBKDF2-SHA512}") {
            return Pbkdf2Recipe::parse_ldap(Sha2::Sha512, rest).map(Recipe::Pbkdf2);
        }
        let fields: Vec<&str> = text.split('$').collect();
        match fields.as_slice() {
            ["", "argon2id", version, params, salt, digest] => {
                Argon2Recipe::parse(Algorithm::Argon2id, version, params, salt, digest).map(Recipe::Argon2)
            }
            ["", "argon2i", version, params, salt, digest] => {
                Argon2Recipe::parse(Algorithm::Argon2i, version, params, salt, digest).map(Recipe::Argon2)
            }
            ["", name, version, params, salt, digest] => {
                WrappedRecipe::parse(name, version, params, salt, digest).map(Recipe::Wrapped)
            }
            ["", "2a" | "2b" | "2y", cost, body] => BcryptRecipe::parse(cost, body).map(Recipe::Bcrypt),
            ["", "scrypt", params, salt, digest] => ScryptRecipe::parse(params, salt, digest).map(Recipe::Scrypt),
            ["", "pbkdf2-sha256", cost, salt, digest] => {
                Pbkdf2Recipe::parse(Sha2::Sha256, cost, salt, digest).map(Recipe::Pbkdf2)
            }
            ["", "pbkdf2-sha512", cost, salt, digest] => {
                Pbkdf2Recipe::parse(Sha2::Sha512, cost, salt, digest).map(Recipe::Pbkdf2)
            }
            ["pbkdf2_sha256", cost, salt, digest] => Pbkdf2Recipe::parse_django(cost, salt, digest).map(Recipe::Pbkdf2),
            ["", "5", salt, digest] => ShaCryptRecipe::parse(Sha2::Sha256, None, salt, digest).map(Recipe::ShaCrypt),
            ["", "5", rounds, salt, digest] => {
                ShaCryptRecipe::parse(Sha2::Sha256, Some(rounds), salt, digest).map(Recipe::ShaCrypt)
            }
            ["", "6", salt, digest] => ShaCryptRecipe::parse(Sha2::Sha512, None, salt, digest).map(Recipe::ShaCrypt),
            ["", "6", rounds, salt, digest] => {
                ShaCryptRecipe::parse(Sha2::Sha512, Some(rounds), salt, digest).map(Recipe::ShaCrypt)
            }
            _ => Err(HashRefusal::Unsupported),
        }
    }

    pub(super) fn verify(&self, password: &[u8], memory: &mut WorkingMemory) -> bool {
        match self {
            Recipe::Argon2(argon2) => argon2.verify(password, memory),
            Recipe::Wrapped(wrapped) => wrapped.verify(password, memory),
            Recipe::Bcrypt(bcrypt) => bcrypt.verify(password),
            Recipe::Scrypt(scrypt) => scrypt.verify(password),
            Recipe::Pbkdf2(pbkdf2) => pbkdf2.verify(password),
            Recipe::ShaCrypt(sha_crypt) => sha_crypt.verify(password),
        }
    }

    pub(super) fn is_current(&self) -> bool {
        match self {
            Recipe::Argon2(argon2) => argon2.is_current(),
            _ => false,
        }
    }

    pub(super) fn is_slow(&self) -> bool {
        match self {
            Recipe::Argon2(argon2) => argon2.is_slow(),
            Recipe::Wrapped(wrapped) => wrapped.argon2.is_slow(),
            _ => true,
        }
    }

    pub(super) fn is_below_guidance(&self) -> bool {
        match self {
            Recipe::Argon2(argon2) => argon2.is_below_guidance(),
            // At rest a wrapped hash is as strong as its Argon2id.
            Recipe::Wrapped(wrapped) => wrapped.argon2.is_below_guidance(),
            Recipe::Bcrypt(bcrypt) => bcrypt.is_below_guidance(),
            Recipe::Scrypt(scrypt) => scrypt.is_below_guidance(),
            Recipe::Pbkdf2(pbkdf2) => pbkdf2.is_below_guidance(),
            Recipe::ShaCrypt(_) => true,
        }
    }

    pub(super) fn scheme(&self) -> &'static str {
        match self {
            Recipe::Argon2(argon2) => argon2.scheme(),
            Recipe::Wrapped(wrapped) => wrapped.inner.scheme(),
            Recipe::Bcrypt(_) => "bcrypt",
            Recipe::Scrypt(_) => "scrypt",
            Recipe::Pbkdf2(pbkdf2) => pbkdf2.scheme(),
            Recipe::ShaCrypt(sha_crypt) => sha_crypt.scheme(),
        }
    }
}
