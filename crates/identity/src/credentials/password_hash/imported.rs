//! A hash as another system exported it.

use super::fields::strip_prefix_of_any_case;
use super::{HashRefusal, PasswordHash, SaltedDigest};

/// A hash from outside, which may not be fit to be stored yet.
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
        if let Some(rest) = strip_prefix_of_any_case(text, CRYPT_PREFIX) {
            return of_crypt(rest).map(ImportedHash::Ready);
        }
        match SaltedDigest::parse(text) {
            Some(digest) => Ok(ImportedHash::Fast(digest)),
            None => PasswordHash::parse(text).map(ImportedHash::Ready),
        }
    }

    /// The name of the scheme, the same before and after wrapping.
    pub fn scheme(&self) -> &'static str {
        match self {
            ImportedHash::Ready(hash) => hash.scheme(),
            ImportedHash::Fast(digest) => digest.scheme(),
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

/// What directories write before a hash that they leave to the system's crypt(3) (RFC 2307 names the form).
const CRYPT_PREFIX: &str = "{CRYPT}";

/// What stands after [`CRYPT_PREFIX`]; it is stored without the prefix.
fn of_crypt(text: &str) -> Result<PasswordHash, HashRefusal> {
    // Of the schemes that crypt(3) knows, those that we do. No directory writes the prefix before any other of ours.
    const SCHEMES: [&str; 5] = ["$2a$", "$2b$", "$2y$", "$5$", "$6$"];
    if SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
        PasswordHash::parse(text)
    } else {
        Err(HashRefusal::Unsupported)
    }
}

#[cfg(test)]
mod tests {
    use base::Secret;
    use proptest::prelude::*;

    use super::super::WorkingMemory;
    use super::super::known::{KNOWN, PASSWORD, TAIL, assert_ceiling, assert_unsupported, imported};
    use super::*;

    #[test]
    fn hashes_of_crypt_are_taken_out_of_their_prefix() {
        let mut memory = WorkingMemory::default();
        let of_crypt = KNOWN.iter().filter(|(scheme, _)| ["bcrypt", "sha256-crypt", "sha512-crypt"].contains(scheme));
        let mut count = 0;
        for (scheme, text) in of_crypt {
            for prefix in ["{CRYPT}", "{crypt}", "{Crypt}"] {
                let hash = imported(&format!("{prefix}{text}"), &mut memory);
                assert_eq!((hash.scheme(), hash.as_str()), (*scheme, *text));
                assert!(hash.verify(&Secret::new(PASSWORD), &mut memory), "{prefix}{text}");
                assert!(!hash.verify(&Secret::new(""), &mut memory), "{prefix}{text}");
            }
            count += 1;
        }
        assert_eq!(count, 7);
    }

    #[test]
    fn the_prefix_of_crypt_is_never_stored() {
        for (_, text) in KNOWN {
            let stored = PasswordHash::parse(&format!("{{CRYPT}}{text}"));
            assert_eq!(stored.err(), Some(HashRefusal::Unsupported), "{text}");
        }
    }

    #[test]
    fn the_prefix_of_crypt_before_anything_else_is_unsupported() {
        let sha512_crypt =
            "$6$Qx8.z/1a$TLgtrnw161gIwoMBBuqWU2LSXSxqrK4UFa8LtQ5K.ijhqeRZyIWp5uNdHEqUfR3jo0Ma.Ru53QHGXZDJFDiNI/";
        for text in [
            "{CRYPT}".to_owned(),
            "{CRYPT}hunter2".to_owned(),
            "{CRYPT}rEK1ecacw.7.c".to_owned(),
            "{CRYPT}$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/".to_owned(),
            "{CRYPT}{SSHA}yw7XxdLZpEyjj4GFVmdqLQ5RxpH7777/".to_owned(),
            format!("{{CRYPT}}{}", KNOWN[0].1),
            format!("{{CRYPT}}$scrypt$ln=63,r=8,p=1{TAIL}"),
            format!("{{CRYPT}}{{CRYPT}}{sha512_crypt}"),
            format!("{{CRYPT}} {sha512_crypt}"),
            format!(" {{CRYPT}}{sha512_crypt}"),
            format!("{{CRYPT}}{sha512_crypt} "),
            format!("CRYPT{sha512_crypt}"),
            format!("{{CRYPT{sha512_crypt}"),
        ] {
            assert_unsupported(&text);
        }
    }

    #[test]
    fn the_ceilings_hold_behind_the_prefix_of_crypt() {
        let bcrypt = "$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";
        assert_ceiling(&format!("{{CRYPT}}$2b$14{bcrypt}"), &format!("{{CRYPT}}$2b$15{bcrypt}"));
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
            "{CLEARTEXT}hunter2",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
            "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
            "$NT$8846f7eaee8fb117ad06bdd830b7586c",
            "rEK1ecacw.7.c",
            "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/",
            "$apr1$saltsalt$qjXMvbEw8oaL.CzflDtaK/",
        ] {
            assert_unsupported(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC*") {
            let _ = ImportedHash::parse(&text);
        }

        #[test]
        fn near_misses_are_read_or_refused_without_panic(
            row in 0..KNOWN.len(), prefix in "(\\{CRYPT\\})?",
            at in 0_usize..200, take in 0_usize..9, put in "[$=,{}a-z0-9+/.é]{0,9}",
        ) {
            let mut text: Vec<char> = format!("{prefix}{}", KNOWN[row].1).chars().collect();
            let start = at.min(text.len());
            let end = (start + take).min(text.len());
            text.splice(start..end, put.chars());
            let text: String = text.into_iter().collect();
            if let Ok(ImportedHash::Ready(hash)) = ImportedHash::parse(&text) {
                prop_assert_eq!(hash.as_str(), strip_prefix_of_any_case(&text, CRYPT_PREFIX).unwrap_or(&text));
            }
        }

        #[test]
        fn any_numbers_are_read_or_refused_without_panic(a in any::<u64>(), b in any::<u32>(), c in any::<u32>(), small in 0_u64..70) {
            for text in [
                format!("$argon2id$v=19$m={a},t={b},p={c}{TAIL}"),
                format!("$argon2id$v=19$m={b},t={small},p={c}{TAIL}"),
                format!("$scrypt$ln={small},r={b},p={c}{TAIL}"),
                format!("$scrypt$ln={a},r={b},p={c}{TAIL}"),
                format!("$pbkdf2-sha512${a}{TAIL}"),
            ] {
                let _ = ImportedHash::parse(&text);
            }
        }
    }
}
