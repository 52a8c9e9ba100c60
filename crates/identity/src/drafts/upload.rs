//! A file comes in, piece by piece, and becomes a draft when it can be used.

use std::io::Write;

use base::ImportId;
use sha2::{Digest, Sha256};
use wire::csv::{self, Limits};

use super::{Draft, Kept, Step, rows, steps};
use crate::access::{Permission, Target};
use crate::files::NewFile;
use crate::imports::{self, Choices, Identified, Import, ImportFile};
use crate::{Caller, Error, Identity, Result, attributes};

/// More columns than a person would map are refused in the console.
pub const MOST_COLUMNS: usize = 200;
/// So many imports may one person prepare at the same time: each keeps a file.
const MOST_DRAFTS: usize = 5;
const LONGEST_NAME: usize = 200;

/// A file that comes in. Dropped before [`Upload::finish`], nothing of it is left.
pub struct Upload {
    identity: Identity,
    caller: Caller,
    id: ImportId,
    name: String,
    file: Option<NewFile>,
    hash: Sha256,
    size_bytes: u64,
    is_kept: bool,
}

/// Begins an upload of a file that is called `name` where it comes from.
///
/// Errors: `Denied` without `ImportAccounts`; `Conflict` `too_many_drafts`; `Unavailable` when no file can be kept.
pub async fn upload(identity: &Identity, caller: &Caller, name: &str) -> Result<Upload> {
    let drafts = identity.read(caller, async |op| steps::mine(op).await).await?;
    if drafts.len() >= MOST_DRAFTS {
        let message =
            format!("You have {MOST_DRAFTS} imports that are not started. Start or cancel one of them first.");
        return Err(Error::conflict("too_many_drafts", message));
    }
    let id: ImportId = identity.random().id(identity.clock().now());
    let file = identity.files().create(&Kept::Upload.name(id))?;
    Ok(Upload {
        identity: identity.clone(),
        caller: caller.clone(),
        id,
        name: shown_name(name),
        file: Some(file),
        hash: Sha256::new(),
        size_bytes: 0,
        is_kept: false,
    })
}

impl Upload {
    /// Takes the next piece.
    ///
    /// Errors: `Invalid` with field `file` when it becomes too large; `Unavailable`.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.size_bytes += bytes.len() as u64;
        let limit_bytes = Limits::default().file_bytes;
        if self.size_bytes > limit_bytes {
            let mebibytes = limit_bytes / 1024 / 1024;
            let message = format!("The file is larger than {mebibytes} MB. Split it into several files.");
            return Err(Error::invalid("file", csv::Error::FileTooLarge { limit_bytes }.code(), message));
        }
        self.hash.update(bytes);
        let Some(file) = &mut self.file else { return Err(Error::Internal("an upload has no file".into())) };
        file.write_all(bytes).map_err(|error| Error::Unavailable(format!("the upload can't be kept: {error}")))
    }

    /// Keeps the file and begins a draft with it.
    ///
    /// Errors: `Invalid` with field `file` when it can't be used; nothing of it is left then. As [`upload`].
    pub async fn finish(mut self) -> Result<Draft> {
        let Some(file) = self.file.take() else { return Err(Error::Internal("an upload has no file".into())) };
        file.finish().map_err(|error| Error::Unavailable(format!("the upload can't be kept: {error}")))?;
        let identified = Identified { sha256: self.hash.clone().finalize().into(), size_bytes: self.size_bytes };
        let file = ImportFile::kept(self.identity.files(), &Kept::Upload.name(self.id), &self.name, identified)?;
        let rows = apart(move || look_at(file)).await?;
        let node = self.identity.files().node()?;
        let work = self.identity.housekeeping(&self.caller, async |op| {
            let _ = op.allow(Permission::ImportAccounts, Target::Organization)?;
            let Some(owner) = op.caller.actor.account() else {
                return Err(Error::conflict("no_account", "Sign in to import users here."));
            };
            let draft = Draft {
                id: self.id,
                owner,
                file_name: self.name.clone(),
                size_bytes: identified.size_bytes,
                rows,
                choices: Choices::default(),
                step: Step::Upload,
                created_at: op.now,
                started_at: None,
                sha256: identified.sha256,
                node: node.clone(),
                attributes: attributes::load(op).await?,
            };
            let organization = op.organization();
            rows::insert(&mut op.tx, organization, &draft).await?;
            Ok(draft)
        });
        let draft = work.await?;
        self.is_kept = true;
        Ok(draft)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.is_kept
            && let Err(error) = self.identity.files().remove(&Kept::Upload.name(self.id))
        {
            tracing::warn!(%error, "a refused upload could not be removed");
        }
    }
}

/// How many rows an import has.
///
/// Errors: `Invalid` with field `file` when the file can't be read to its end.
pub async fn count_rows(import: Import) -> Result<u64> {
    apart(move || imports::count_rows(&import)).await
}

/// Reads a file on a thread of its own: a long one takes its time, and others wait for this one.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Internal(format!("reading a file failed: {error}")))?
}

/// How many rows the file has.
///
/// Errors: `Invalid` with field `file` for a file that no choice makes usable.
fn look_at(file: ImportFile) -> Result<u64> {
    let (import, _) = match imports::propose(file, Choices::default()) {
        Err(error) if can_be_helped(&error) => return Ok(0),
        other => other?,
    };
    let columns = import.columns().len();
    if columns > MOST_COLUMNS {
        let message = format!(
            "The file has {columns} columns, and at most {MOST_COLUMNS} can be mapped. Leave out those that are not imported."
        );
        return Err(Error::invalid("file", "TOO_MANY_COLUMNS", message));
    }
    match imports::count_rows(&import) {
        Err(error) if can_be_helped(&error) => Ok(0),
        other => other,
    }
}

/// Whether another quote or encoding may do: the next step offers them.
fn can_be_helped(error: &Error) -> bool {
    let Error::Invalid(problems) = error else { return false };
    problems.iter().all(|problem| ["UNCLOSED_QUOTE", "BAD_HEADER"].contains(&problem.code.as_str()))
}

/// A name to show: without folders, without signs that change how text is read.
fn shown_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|sign| !sign.is_control()).take(LONGEST_NAME).collect();
    let name = base::text::nfc(name.trim()).into_owned();
    if name.is_empty() { "file.csv".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_77_a_name_is_only_shown() {
        assert_eq!(shown_name("../../x.csv"), "x.csv");
        assert_eq!(shown_name("C:\\people\\staff\u{0}.csv"), "staff.csv");
        assert_eq!(shown_name(".."), "..");
        assert_eq!(shown_name("folder/"), "file.csv");
    }
}
