//! How the fields between the dollar signs are read: strictly, because a hash has only one right form.

use std::ops::RangeInclusive;

use base64ct::{Base64Unpadded, Encoding};

use super::HashRefusal;

/// A digest shorter than this would be met by guessing.
pub(super) const DIGEST_BYTES: RangeInclusive<usize> = 16..=64;
/// OpenLDAP's first `{SSHA}` had 4 bytes; without salt we refuse.
pub(super) const SALT_BYTES: RangeInclusive<usize> = 4..=64;

/// The values of `a=1,b=2`: all of `names`, in their order, and nothing else.
pub(super) fn params_named<'a, const N: usize>(text: &'a str, names: [&str; N]) -> Result<[&'a str; N], HashRefusal> {
    let mut parts = text.split(',');
    let mut values = [""; N];
    for (value, name) in values.iter_mut().zip(names) {
        let part = parts.next().and_then(|part| part.strip_prefix(name)?.strip_prefix('='));
        *value = part.ok_or(HashRefusal::Unsupported)?;
    }
    if parts.next().is_some() { Err(HashRefusal::Unsupported) } else { Ok(values) }
}

/// A decimal number without sign or leading zeros.
pub(super) fn number(text: &str) -> Result<u64, HashRefusal> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain).ok_or(HashRefusal::Unsupported)
}

pub(super) fn narrow(number: u64) -> Result<u32, HashRefusal> {
    u32::try_from(number).map_err(|_| HashRefusal::Unsupported)
}

pub(super) fn bytes<E: Encoding>(text: &str) -> Result<Vec<u8>, HashRefusal> {
    E::decode_vec(text).map_err(|_| HashRefusal::Unsupported)
}

/// Base64 without padding, with `.` or with `+`.
pub(super) fn adapted_base64(text: &str) -> Result<Vec<u8>, HashRefusal> {
    bytes::<Base64Unpadded>(&text.replace('.', "+"))
}

pub(super) fn strip_prefix_of_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}
