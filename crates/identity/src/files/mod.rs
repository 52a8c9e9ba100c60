//! Files that are kept for a while: uploads and reports. They may hold passwords and addresses, so they are sealed with
//! a key that lies in their folder, and nobody but the server's own user may read either.

mod seal;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use base::{Random, hex};

use crate::{Error, Result};
pub(crate) use seal::{Key, SealedReader, SealedWriter};

/// The key of the folder, which also tells the folder from others.
const KEY_FILE: &str = "key";

/// The folder of kept files; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Files(Arc<Folder>);

#[derive(Debug)]
struct Folder {
    path: Option<PathBuf>,
    random: Random,
    key: OnceLock<Key>,
    /// Of a process without a folder: what it seals nobody else opens.
    passing_key: OnceLock<Key>,
}

/// A kept file that is being written.
pub(crate) type NewFile = SealedWriter<BufWriter<File>>;

impl Files {
    /// Files in `path`, which is made when the first one is kept.
    pub(crate) fn in_folder(path: Option<PathBuf>, random: Random) -> Self {
        Files(Arc::new(Folder { path, random, key: OnceLock::new(), passing_key: OnceLock::new() }))
    }

    /// The folder, if there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// A new file, in place of one with the same name.
    ///
    /// Errors: `Unavailable` when the folder can't be written.
    pub(crate) fn create(&self, name: &str) -> Result<NewFile> {
        let folder = self.folder()?;
        let key = self.key(folder)?;
        let file = private().truncate(true).create(true).open(folder.join(name)).map_err(unavailable)?;
        let sealed = SealedWriter::new(BufWriter::new(file), key, self.0.random.bytes());
        sealed.map_err(unavailable)
    }

    /// A kept file from its beginning.
    ///
    /// Errors: `NotFound`; `Unavailable` when it can't be read, or was sealed with another key.
    pub(crate) fn open(&self, name: &str) -> Result<SealedReader<File>> {
        let folder = self.folder()?;
        let file = File::open(folder.join(name)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Error::NotFound,
            _ => unavailable(error),
        })?;
        SealedReader::new(file, self.key(folder)?).map_err(unavailable)
    }

    /// Whether a file of this name is kept.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.folder().is_ok_and(|folder| folder.join(name).is_file())
    }

    /// Removes a file; one that is gone is gone.
    ///
    /// Errors: `Unavailable`.
    pub(crate) fn remove(&self, name: &str) -> Result<()> {
        match fs::remove_file(self.folder()?.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unavailable(error)),
            _ => Ok(()),
        }
    }

    /// The names of all kept files.
    ///
    /// Errors: `Unavailable`.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let entries = match self.folder().map(fs::read_dir) {
            Ok(Ok(entries)) => entries,
            Ok(Err(error)) if error.kind() != io::ErrorKind::NotFound => return Err(unavailable(error)),
            _ => return Ok(Vec::new()),
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(names.filter(|name| name != KEY_FILE).collect())
    }

    /// What tells this folder from those of other servers; the same after a restart.
    ///
    /// Errors: `Unavailable` when the folder can't be written.
    pub(crate) fn node(&self) -> Result<String> {
        Ok(self.key(self.folder()?)?.name())
    }

    /// The key of the folder, for small things that rest sealed elsewhere; without a folder, one that passes with this
    /// process.
    ///
    /// Errors: `Unavailable` when the folder can't be written.
    pub(crate) fn sealing_key(&self) -> Result<&Key> {
        match self.0.path.as_deref() {
            Some(folder) => self.key(folder),
            None => Ok(self.0.passing_key.get_or_init(|| Key::new(self.0.random.bytes()))),
        }
    }

    fn folder(&self) -> Result<&Path> {
        let missing = || Error::Unavailable("this process has no folder for files".into());
        self.0.path.as_deref().ok_or_else(missing)
    }

    /// The key of the folder; made when there is none.
    fn key(&self, folder: &Path) -> Result<&Key> {
        if let Some(key) = self.0.key.get() {
            return Ok(key);
        }
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unavailable)?;
        let path = folder.join(KEY_FILE);
        let key = match read_key(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make_key(&path, &self.0.random),
            other => other,
        };
        let key = key.map_err(unavailable)?;
        Ok(self.0.key.get_or_init(|| key))
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

fn read_key(path: &Path) -> io::Result<Key> {
    let mut bytes = [0; 32];
    File::open(path)?.read_exact(&mut bytes)?;
    Ok(Key::new(bytes))
}

/// Makes a key; the other's when another process was faster.
fn make_key(path: &Path, random: &Random) -> io::Result<Key> {
    let bytes: [u8; 32] = random.bytes();
    let draft = path.with_extension(hex::encode(&random.bytes::<8>()));
    let mut file = private().create_new(true).open(&draft)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    // A link is there whole or not at all, and never replaces another.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => read_key(path),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where an error is mapped")]
fn unavailable(error: io::Error) -> Error {
    Error::Unavailable(format!("the folder for files can't be used: {error}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn es_77_files_are_sealed_and_private_and_the_key_stays() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("files");
        let files = Files::in_folder(Some(folder.clone()), Random::System);
        let mut file = files.create("one.upload").unwrap();
        file.write_all(b"username,password\namy,plum tunnel\n").unwrap();
        file.finish().unwrap();
        let resting = fs::read(folder.join("one.upload")).unwrap();
        assert!(!resting.windows(4).any(|four| four == b"plum"));
        for name in ["one.upload", "key", "."] {
            let mode = fs::metadata(folder.join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
        // After a restart.
        let again = Files::in_folder(Some(folder), Random::System);
        let mut text = String::new();
        again.open("one.upload").unwrap().read_to_string(&mut text).unwrap();
        assert!(text.ends_with("plum tunnel\n"));
        assert_eq!(files.node().unwrap(), again.node().unwrap());
        assert_eq!(again.names().unwrap(), ["one.upload"]);
        again.remove("one.upload").unwrap();
        again.remove("one.upload").unwrap();
        assert!(matches!(again.open("one.upload"), Err(Error::NotFound)));
    }
}
