//! Hashes that other implementations made of one password, for the tests.

use super::{HashRefusal, ImportedHash, PasswordHash, WorkingMemory};

pub(super) const PASSWORD: &str = "correct horse battery";

/// Made by the reference implementations: argon2-cffi 25.1, bcrypt 5.0, passlib 1.7.4, Python's hashlib and glibc's crypt.
pub(super) const KNOWN: &[(&str, &str)] = &[
    ("argon2id", "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4"),
    ("argon2id", "$argon2id$v=19$m=1024,t=1,p=2$MDEyMzQ1Njc4OWFiY2RlZg$iyf3S5GWHR2F/DNBALvTXIhkeNuoDYsoEFNR7HvZCiE"),
    ("argon2id", "$argon2id$v=19$m=1001,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$+Pb9d8tNKDx3vk22Qzk+++ZuivRjefks"),
    ("argon2id", "$argon2id$v=16$m=1024,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$p5/dzpsMRCOGBpU92GxNnfUaAKcHANiSgurl1nUIVNQ"),
    ("argon2id", "$argon2id$v=19$m=32768,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$uGiTTmWKbpWwQacL+s9ps5Eyhl+PXnCWLC3x4/TJ6D8"),
    ("argon2i", "$argon2i$v=19$m=4096,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$9zPMIhKcfiQl4UJIjG3qGPZNFtgA8stHPOEtxrqPdOE"),
    ("bcrypt", "$2a$05$xtpQ2lk.n/DbEIRmoMZeAOix8QE1J4UN3ssokHmPEWXx5moHGAecK"),
    ("bcrypt", "$2b$05$D6pyDXMbKtTbWJAD7MLSSuOqWHZOK7BR96yXFgSymYrQ798xhBZN6"),
    ("bcrypt", "$2y$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"),
    ("scrypt", "$scrypt$ln=10,r=8,p=2$MDEyMzQ1Njc4OWFiY2RlZg$faCG2Y2MU7gpu0yKEJONexUzhBri6oOSfKdyxUHubQ0"),
    ("scrypt", "$scrypt$ln=9,r=8,p=1$++++//4BAgMEBQYHCAkKCw$XUIozqukMext/8/c1sgeTF4F0elGjeJlgQOSUaTC5l4"),
    ("pbkdf2-sha256", "$pbkdf2-sha256$1000$....//4BAgMEBQYHCAkKCw$QtPm0Navo1YRoHwVhAQBOlbgcIA6sRX60Sro4qjCneg"),
    ("pbkdf2-sha256", "$pbkdf2-sha256$i=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$BVALGMmC/K/8ELErc5VgJxyPFApArIZRCQsqjEgZWJ4"),
    ("pbkdf2-sha256", "{PBKDF2-SHA256}1000$....//4BAgMEBQYHCAkKCw$QtPm0Navo1YRoHwVhAQBOlbgcIA6sRX60Sro4qjCneg"),
    ("pbkdf2-sha256", "{pbkdf2-sha256}1000$++++//4BAgMEBQYHCAkKCw$QtPm0Navo1YRoHwVhAQBOlbgcIA6sRX60Sro4qjCneg"),
    ("pbkdf2-sha256", "pbkdf2_sha256$1000$Zk3fJq9xLm2p$stJpemRfiGzCKXGN5ulwhnN2R5NrP9wTSdz8CGbdFzw="),
    (
        "pbkdf2-sha512",
        "$pbkdf2-sha512$1000$....//4BAgMEBQYHCAkKCw$ajCynKUbIPZahxk/rZQ7dr.VKnKKE2cJegigepVcP8K2XH5bFMOK1Jz6XwYK20r7mlcfDI22iKd7A3bZFo481Q",
    ),
    (
        "pbkdf2-sha512",
        "{PBKDF2-SHA512}1000$....//4BAgMEBQYHCAkKCw$ajCynKUbIPZahxk/rZQ7dr.VKnKKE2cJegigepVcP8K2XH5bFMOK1Jz6XwYK20r7mlcfDI22iKd7A3bZFo481Q",
    ),
    ("sha256-crypt", "$5$rounds=1000$saltstring$HtDZT8yvklgh8iHEUqaCvT10vnIkaC0O7gM/AACxuaC"),
    ("sha256-crypt", "$5$saltstring$Ei5pjI5XWclFQjLDfGOMwlNh9NsZierSPwLy2XgJds6"),
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
    ("ssha256", "{SSHA256}3PO5ZBbJouoLZgNzROBOpnZI1GH7sD5IWsKBarZJkfX7777//gECAw=="),
    (
        "ssha512",
        "{SSHA512}zujkjtIapYQOXOR4NUBxJiovGEzYk3XO5FxkkJoB+aOhKnGDycWUCyeARnTKNHnoAcHQpm1GAxr2Q/t6T0RnNvvvvv/+AQIDBAUGBwgJCgs=",
    ),
    (
        "ssha",
        "$argon2id-ssha$v=19$m=19456,t=2,p=1,s=++++/w$MDEyMzQ1Njc4OWFiY2RlZg$QvNQyrQdLXgd1aoLXstSz+WDLaoq7RTp8BKVZQ9utTU",
    ),
];

/// A salt of 16 and a digest of 32 bytes, as most schemes end.
pub(super) const TAIL: &str = "$MDEyMzQ1Njc4OWFiY2RlZg$69I7qCjDTsQwhQqFvpQJiqEI0lGQvxC84fXE0Ktxca4";

/// The hash as it would be stored after an import.
pub(super) fn imported(text: &str, memory: &mut WorkingMemory) -> PasswordHash {
    match ImportedHash::parse(text).expect("a supported hash") {
        ImportedHash::Ready(hash) => hash,
        ImportedHash::Fast(digest) => digest.wrap(*b"0123456789abcdef", memory),
    }
}

#[track_caller]
pub(super) fn assert_unsupported(text: &str) {
    assert_eq!(refusal(text), Some(HashRefusal::Unsupported), "{text}");
}

/// That `highest` is still accepted and `beyond` no longer.
#[track_caller]
pub(super) fn assert_ceiling(highest: &str, beyond: &str) {
    assert_eq!(refusal(highest), None, "{highest}");
    assert_eq!(refusal(beyond), Some(HashRefusal::TooCostly), "{beyond}");
}

fn refusal(text: &str) -> Option<HashRefusal> {
    ImportedHash::parse(text).err()
}
