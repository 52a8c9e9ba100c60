//! Bytes in any encoding, read as a stream of UTF-8.

use std::io::{ErrorKind, Read};

use encoding_rs::{Decoder, DecoderResult};

use super::{Encoding, Error};

const CHUNK_BYTES: usize = 64 * 1024;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Stands for what could not be decoded. It never occurs in UTF-8, so such a cell fails like one of a damaged UTF-8
/// file, and nothing is replaced silently.
const UNDECODABLE: u8 = 0xff;

/// A source decoded chunk by chunk, without its byte order mark. UTF-8 passes unchecked and uncopied.
pub(super) struct Utf8Stream<R> {
    source: R,
    file_bytes: u64,
    limit_bytes: u64,
    raw: Chunk,
    decoding: Option<Decoding>,
}

struct Decoding {
    decoder: Decoder,
    text: Chunk,
    is_finished: bool,
}

/// A buffer, and the part of it that is yet to be used.
struct Chunk {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl<R: Read> Utf8Stream<R> {
    /// Reads the first chunk, to pass over the byte order mark.
    pub(super) fn new(source: R, encoding: Encoding, limit_bytes: u64) -> Result<Self, Error> {
        let mut stream = Self {
            source,
            file_bytes: 0,
            limit_bytes,
            raw: Chunk::new(),
            decoding: (encoding != Encoding::UTF_8).then(|| Decoding {
                decoder: encoding.decoder(),
                text: Chunk::new(),
                is_finished: false,
            }),
        };
        if stream.decoding.is_none() {
            while stream.raw.end < BYTE_ORDER_MARK.len() && stream.read_more()? {}
            if stream.raw.rest().starts_with(BYTE_ORDER_MARK) {
                stream.raw.start = BYTE_ORDER_MARK.len();
            }
        }
        Ok(stream)
    }

    /// What is yet to be consumed of the present chunk, or the next; empty at the end.
    pub(super) fn fill(&mut self) -> Result<&[u8], Error> {
        if self.decoding.is_some() {
            self.decode_more()?;
        } else if self.raw.is_used_up() {
            self.read_more()?;
        }
        Ok(match &self.decoding {
            Some(decoding) => decoding.text.rest(),
            None => self.raw.rest(),
        })
    }

    /// Marks that much of the filled bytes as used.
    pub(super) fn consume(&mut self, used: usize) {
        match &mut self.decoding {
            Some(decoding) => decoding.text.start += used,
            None => self.raw.start += used,
        }
    }

    fn decode_more(&mut self) -> Result<(), Error> {
        loop {
            match &self.decoding {
                Some(decoding) if decoding.text.is_used_up() && !decoding.is_finished => {}
                _ => return Ok(()),
            }
            let is_last = self.raw.is_used_up() && !self.read_more()?;
            if let Some(decoding) = &mut self.decoding {
                decoding.decode(&mut self.raw, is_last);
            }
        }
    }

    /// Appends to the raw chunk what the source gives at once; false at the end of the source.
    fn read_more(&mut self) -> Result<bool, Error> {
        if self.raw.is_used_up() {
            self.raw.clear();
        }
        let count = loop {
            match self.source.read(&mut self.raw.bytes[self.raw.end..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        self.raw.end += count;
        self.file_bytes += count as u64;
        if self.file_bytes > self.limit_bytes {
            return Err(Error::FileTooLarge { limit_bytes: self.limit_bytes });
        }
        Ok(count > 0)
    }
}

impl Decoding {
    /// Decodes as much of `raw` as there is room for.
    fn decode(&mut self, raw: &mut Chunk, is_last: bool) {
        self.text.clear();
        loop {
            // One byte stays free for the mark of something undecodable.
            let room = self.text.bytes.len() - 1;
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                raw.rest(),
                &mut self.text.bytes[self.text.end..room],
                is_last,
            );
            raw.start += read;
            self.text.end += written;
            match result {
                DecoderResult::InputEmpty => {
                    self.is_finished = is_last;
                    return;
                }
                DecoderResult::OutputFull => return,
                DecoderResult::Malformed(..) => {
                    self.text.bytes[self.text.end] = UNDECODABLE;
                    self.text.end += 1;
                }
            }
            // The decoder needs room for one character, or it makes no progress.
            if self.text.end + 8 > room {
                return;
            }
        }
    }
}

impl Chunk {
    fn new() -> Self {
        Self { bytes: vec![0; CHUNK_BYTES].into_boxed_slice(), start: 0, end: 0 }
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    fn is_used_up(&self) -> bool {
        self.start == self.end
    }

    fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
    }
}
