//! TLS spoken by the server itself: certificate and key from files, read again when told.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::signal::unix::Signal;

use crate::config::Tls;

/// Reads certificate and key.
///
/// Errors: one sentence about the file that can't be used.
pub(crate) fn load(files: &Tls) -> Result<RustlsConfig> {
    Ok(RustlsConfig::from_config(Arc::new(read(files)?)))
}

/// A renewed certificate is taken up on SIGHUP, without ending a connection.
pub(crate) async fn reload_when_told(mut hangup: Signal, files: Tls, config: RustlsConfig) {
    while hangup.recv().await.is_some() {
        match read(&files) {
            Ok(renewed) => {
                config.reload_from_config(Arc::new(renewed));
                tracing::info!("the TLS certificate was read again");
            }
            Err(error) => tracing::error!(error = format!("{error:#}"), "the old TLS certificate stays in use"),
        }
    }
}

fn read(files: &Tls) -> Result<ServerConfig> {
    let unusable = |what: &str, path: &Path| format!("the TLS {what} {} can't be used", path.display());
    let certificates = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| unusable("certificate", &files.certificate))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).with_context(|| unusable("key", &files.key))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .with_context(|| {
            format!("{} and {} are no certificate and its key", files.certificate.display(), files.key.display())
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
