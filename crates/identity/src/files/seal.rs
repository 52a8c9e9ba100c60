//! Sealing a file while it is written, and opening it while it is read, in memory that doesn't depend on its size: the
//! way of age's payload (age-encryption.org/v1). From the key and a random salt comes a key for this file alone
//! (HKDF, RFC 5869); each piece of 64 KiB is sealed with ChaCha20-Poly1305 (RFC 8439) under its number, and the last
//! one says so, so that pieces can't be swapped, left out or cut off.

use std::fmt;
use std::io::{self, Read, Write};

use aws_lc_rs::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base::{Random, hex};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::{Error, Result};

const PIECE: usize = 64 * 1024;
const TAG: usize = 16;
const SALT: usize = 16;
/// What the key of a file is for.
const PURPOSE: &str = "reeve file";

/// The key of a folder.
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Key(bytes)
    }

    /// What tells it from others, and tells nothing of it.
    pub(crate) fn name(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"reeve folder");
        hash.update(self.0);
        hex::encode(&hash.finalize()[..8])
    }

    /// The cipher for a purpose with this salt.
    fn cipher(&self, purpose: &str, salt: &[u8; SALT]) -> io::Result<LessSafeKey> {
        let key = Salt::new(HKDF_SHA256, salt).extract(&self.0);
        let purpose = [purpose.as_bytes()];
        let key = key.expand(&purpose, &CHACHA20_POLY1305).map_err(|_| damaged())?;
        Ok(LessSafeKey::new(UnboundKey::from(key)))
    }

    /// A mark of `bytes` for `purpose` that only who has the key can make (HMAC-SHA-256, RFC 2104), for what has so few
    /// possible values that all of them could be tried.
    ///
    /// Errors: `Internal`.
    pub(crate) fn mark(&self, purpose: &str, bytes: &[u8]) -> Result<[u8; 32]> {
        let failed = || Error::Internal("a mark could not be made".into());
        let key = Salt::new(HKDF_SHA256, b"reeve mark").extract(&self.0);
        let purpose = [purpose.as_bytes()];
        let key = hmac::Key::from(key.expand(&purpose, HMAC_SHA256).map_err(|_| failed())?);
        hmac::sign(&key, bytes).as_ref().try_into().map_err(|_| failed())
    }

    /// Seals something small that rests in a row: only the same key opens it, for the same purpose, in the same `place`.
    ///
    /// Errors: `Internal`.
    pub(crate) fn seal(&self, purpose: &str, place: &[u8], bytes: &[u8], random: &Random) -> Result<Vec<u8>> {
        let salt: [u8; SALT] = random.bytes();
        let failed = || Error::Internal("something could not be sealed".into());
        let cipher = self.cipher(purpose, &salt).map_err(|_| failed())?;
        let mut body = bytes.to_vec();
        cipher.seal_in_place_append_tag(nonce(0, true), Aad::from(place), &mut body).map_err(|_| failed())?;
        Ok([salt.as_slice(), &body].concat())
    }

    /// Opens what [`Key::seal`] sealed.
    ///
    /// Errors: `Unavailable` when it was sealed with another key, for another purpose or place, or is damaged.
    pub(crate) fn open(&self, purpose: &str, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let failed = || Error::Unavailable("this was sealed with the key of another folder, or is damaged".into());
        let (salt, body) = sealed.split_first_chunk::<SALT>().ok_or_else(failed)?;
        let cipher = self.cipher(purpose, salt).map_err(|_| failed())?;
        let mut body = body.to_vec();
        let opened = cipher.open_in_place(nonce(0, true), Aad::from(place), &mut body).map_err(|_| failed())?;
        Ok(opened.to_vec())
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

/// The nonce of a piece: its number, and whether it is the last.
fn nonce(number: u64, is_last: bool) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    bytes[3..11].copy_from_slice(&number.to_be_bytes());
    bytes[11] = u8::from(is_last);
    Nonce::assume_unique_for_key(bytes)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the file is damaged, or was sealed with another key")
}

/// Seals what is written. Without [`SealedWriter::finish`] the file can't be read to its end.
pub(crate) struct SealedWriter<W> {
    sink: W,
    cipher: LessSafeKey,
    number: u64,
    piece: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    pub(super) fn new(mut sink: W, key: &Key, salt: [u8; SALT]) -> io::Result<Self> {
        sink.write_all(&salt)?;
        Ok(SealedWriter {
            sink,
            cipher: key.cipher(PURPOSE, &salt)?,
            number: 0,
            piece: Vec::with_capacity(PIECE + TAG),
        })
    }

    /// Seals the last piece.
    ///
    /// Errors: it can't be written.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.seal(true)?;
        self.sink.flush()
    }

    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let sealed = self.cipher.seal_in_place_append_tag(nonce(self.number, is_last), Aad::empty(), &mut self.piece);
        sealed.map_err(|_| io::Error::other("a piece of the file could not be sealed"))?;
        self.sink.write_all(&self.piece)?;
        self.piece.clear();
        self.number += 1;
        Ok(())
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece waits until more comes: it may be the last.
        if self.piece.len() == PIECE {
            self.seal(false)?;
        }
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Opens what was sealed.
pub(crate) struct SealedReader<R> {
    source: R,
    cipher: LessSafeKey,
    number: u64,
    /// What was opened, as far as it is not read yet.
    open: Vec<u8>,
    place: usize,
    /// The next piece, still sealed; empty at the end.
    next: Vec<u8>,
}

impl<R: Read> SealedReader<R> {
    pub(super) fn new(mut source: R, key: &Key) -> io::Result<Self> {
        let mut salt = [0; SALT];
        source.read_exact(&mut salt)?;
        let next = read_piece(&mut source)?;
        Ok(SealedReader { cipher: key.cipher(PURPOSE, &salt)?, source, number: 0, open: Vec::new(), place: 0, next })
    }

    /// Opens the next piece; answers whether there was one.
    fn advance(&mut self) -> io::Result<bool> {
        if self.next.is_empty() {
            // A file has a last piece, if an empty one.
            return if self.number == 0 { Err(damaged()) } else { Ok(false) };
        }
        let following = read_piece(&mut self.source)?;
        self.open = std::mem::replace(&mut self.next, following);
        let nonce = nonce(self.number, self.next.is_empty());
        let opened = self.cipher.open_in_place(nonce, Aad::empty(), &mut self.open).map_err(|_| damaged())?;
        let length = opened.len();
        self.open.truncate(length);
        self.place = 0;
        self.number += 1;
        Ok(true)
    }
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.place == self.open.len() {
            if !self.advance()? {
                return Ok(0);
            }
        }
        let given = buffer.len().min(self.open.len() - self.place);
        buffer[..given].copy_from_slice(&self.open[self.place..self.place + given]);
        self.place += given;
        Ok(given)
    }
}

fn read_piece(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(PIECE + TAG);
    source.by_ref().take((PIECE + TAG) as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(bytes: &[u8]) -> Vec<u8> {
        let mut sink = Vec::new();
        let mut writer = SealedWriter::new(&mut sink, &Key::new([7; 32]), [1; SALT]).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap();
        sink
    }

    fn opened(sealed: &[u8], key: u8) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        SealedReader::new(sealed, &Key::new([key; 32]))?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn a_mark_differs_by_key_purpose_and_what_is_marked() {
        let mark = |key: u8, purpose, bytes: &[u8]| Key::new([key; 32]).mark(purpose, bytes).expect("it can be made");
        assert_eq!(mark(1, "code", b"123456"), mark(1, "code", b"123456"));
        for other in [mark(2, "code", b"123456"), mark(1, "seal", b"123456"), mark(1, "code", b"123457")] {
            assert_ne!(mark(1, "code", b"123456"), other);
        }
    }

    #[test]
    fn something_small_opens_with_its_key_for_its_purpose_in_its_place() {
        let key = Key::new([7; 32]);
        let sealed = key.seal("message", b"1", b"plum tunnel", &Random::System).unwrap();
        assert!(!sealed.windows(4).any(|four| four == b"plum"));
        assert_eq!(key.open("message", b"1", &sealed).unwrap(), b"plum tunnel");
        assert!(Key::new([8; 32]).open("message", b"1", &sealed).is_err());
        assert!(key.open("server", b"1", &sealed).is_err());
        assert!(key.open("message", b"2", &sealed).is_err());
        assert!(key.open("message", b"1", &sealed[..9]).is_err());
    }

    #[test]
    fn every_length_comes_back() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5] {
            let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            assert_eq!(opened(&sealed(&bytes), 7).unwrap(), bytes, "{length}");
        }
    }

    #[test]
    fn nothing_can_be_changed_cut_off_swapped_or_read_with_another_key() {
        let whole = sealed(&vec![b'a'; 2 * PIECE + 9]);
        assert!(opened(&whole, 8).is_err());
        for cut in [SALT, SALT + PIECE + TAG, SALT + 2 * (PIECE + TAG), whole.len() - 1] {
            assert!(opened(&whole[..cut], 7).is_err(), "cut at {cut}");
        }
        let mut changed = whole.clone();
        changed[SALT + 5] ^= 1;
        assert!(opened(&changed, 7).is_err());
        let mut swapped = whole;
        let (one, two) = swapped[SALT..].split_at_mut(PIECE + TAG);
        one.swap_with_slice(&mut two[..PIECE + TAG]);
        assert!(opened(&swapped, 7).is_err());
    }
}
