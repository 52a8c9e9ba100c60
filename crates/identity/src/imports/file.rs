//! The file that is imported: where its bytes come from, what it is called, what identifies it.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use wire::csv::{self, Detection, Dialect, Limits, Reader, SAMPLE_BYTES};

use crate::attributes::Attributes;
use crate::files::Files;
use crate::{Error, Result};

/// A file to import. It is read several times: to be identified, to be rehearsed, to be imported.
#[derive(Clone)]
pub struct ImportFile {
    name: String,
    source: Source,
    sha256: [u8; 32],
    size_bytes: u64,
    sample: Vec<u8>,
    attributes: Arc<Attributes>,
}

#[derive(Clone)]
enum Source {
    Path(PathBuf),
    Memory(Arc<[u8]>),
    Kept(Files, String),
}

/// What tells one file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identified {
    pub(crate) sha256: [u8; 32],
    pub(crate) size_bytes: u64,
}

/// The bytes of a file, from wherever.
pub(super) type Bytes = Box<dyn Read + Send>;

impl ImportFile {
    /// The file at `path`, which must stay as it is until the import ends.
    ///
    /// Errors: `Invalid` with field `file` when it can't be read or is too large.
    pub fn at(path: &Path) -> Result<Self> {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        ImportFile::from(name, Source::Path(path.to_owned()))
    }

    /// A file that is in memory already.
    ///
    /// Errors: `Invalid` with field `file` when it is too large.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Self> {
        ImportFile::from(name.to_owned(), Source::Memory(bytes.into()))
    }

    /// The kept file `stored`, called `name` by whoever brought it; `identity` is what it was when it was stored.
    ///
    /// Errors: `Invalid` with field `file` when it can't be read.
    pub(crate) fn kept(files: &Files, stored: &str, name: &str, identity: Identified) -> Result<Self> {
        let source = Source::Kept(files.clone(), stored.to_owned());
        let mut sample = Vec::new();
        source.open()?.take(SAMPLE_BYTES as u64).read_to_end(&mut sample).map_err(unreadable)?;
        let Identified { sha256, size_bytes } = identity;
        Ok(ImportFile { name: name.to_owned(), source, sha256, size_bytes, sample, attributes: Arc::default() })
    }

    /// The file, whose columns may also be these attributes.
    #[must_use]
    pub fn with_attributes(self, attributes: Arc<Attributes>) -> Self {
        ImportFile { attributes, ..self }
    }

    /// The attributes that its columns may be.
    pub(super) fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    fn from(name: String, source: Source) -> Result<Self> {
        let mut bytes = source.open()?;
        let mut hash = Sha256::new();
        let mut sample = Vec::new();
        let mut size_bytes = 0;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = bytes.read(&mut buffer).map_err(unreadable)?;
            if read == 0 {
                break;
            }
            let limit_bytes = Limits::default().file_bytes;
            size_bytes += read as u64;
            if size_bytes > limit_bytes {
                return Err(refused(&csv::Error::FileTooLarge { limit_bytes }));
            }
            hash.update(&buffer[..read]);
            let missing = SAMPLE_BYTES.saturating_sub(sample.len()).min(read);
            sample.extend_from_slice(&buffer[..missing]);
        }
        Ok(ImportFile { name, source, sha256: hash.finalize().into(), size_bytes, sample, attributes: Arc::default() })
    }

    /// What it is called, without its folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of its bytes.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// How large it is.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// How it is probably to be read.
    pub(super) fn detect(&self) -> Result<Detection> {
        let is_whole = self.size_bytes == self.sample.len() as u64;
        csv::detect(&self.sample, is_whole).map_err(|error| refused(&error))
    }

    /// Reads it from the beginning.
    pub(super) fn read(&self, dialect: &Dialect) -> Result<Reader<Bytes>> {
        Reader::new(self.source.open()?, dialect, Limits::default()).map_err(|error| refused(&error))
    }
}

impl Source {
    fn open(&self) -> Result<Bytes> {
        Ok(match self {
            Source::Path(path) => Box::new(File::open(path).map_err(unreadable)?),
            Source::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Source::Kept(files, name) => Box::new(files.open(name)?),
        })
    }
}

/// Without the bytes, which may hold passwords.
impl std::fmt::Debug for ImportFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportFile")
            .field("name", &self.name)
            .field("size_bytes", &self.size_bytes)
            .finish_non_exhaustive()
    }
}

/// A file that can't be used, as an error of an operation.
pub(super) fn refused(error: &csv::Error) -> Error {
    Error::invalid("file", error.code(), sentence(&error.to_string()))
}

fn unreadable(error: std::io::Error) -> Error {
    refused(&csv::Error::Io(error))
}

/// Begins with a capital and ends with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    first.to_uppercase().chain(letters).chain(end.chars()).collect()
}
