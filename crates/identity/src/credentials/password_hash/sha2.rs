//! The two hash functions that PBKDF2 and SHA-crypt are built on.

/// A function of the SHA-2 family (FIPS 180-4).
#[derive(Clone, Copy)]
pub(super) enum Sha2 {
    Sha256,
    Sha512,
}

impl Sha2 {
    /// How long its digest is.
    pub(super) fn bytes(self) -> usize {
        match self {
            Sha2::Sha256 => 32,
            Sha2::Sha512 => 64,
        }
    }
}
