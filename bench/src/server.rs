//! The built server, over HTTP.

use std::path::Path;

use anyhow::Result;

use crate::Bench;

pub(crate) async fn measure(_bench: &mut Bench, _reeve: &Path, _url: &str, _folder: &Path) -> Result<()> {
    Ok(())
}
