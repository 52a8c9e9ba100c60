//! `reeve check`: whether configuration, database and folders are in order.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::ExitCode;

use anyhow::Result;
use store::{Db, MigrateError};

use crate::config::Config;
use crate::database;
use crate::terminal::say;

/// How one thing stands.
enum Finding {
    Good(String),
    /// Works, but shouldn't stay so.
    Doubtful(String),
    Bad(String),
}

use Finding::{Bad, Doubtful, Good};

/// Prints a line for each thing that was looked at; answers 1 when something is broken. Changes nothing.
///
/// Errors: none.
pub(crate) async fn run(config: &Config) -> Result<ExitCode> {
    let mut findings = vec![configuration(config), transport(config), files_of_tls(config), folder(config)];
    findings.extend(database_findings(config).await);
    for finding in &findings {
        let (mark, text) = match finding {
            Good(text) => ("ok  ", text),
            Doubtful(text) => ("note", text),
            Bad(text) => ("BAD ", text),
        };
        say(format_args!("{mark}  {text}"));
    }
    let is_bad = findings.iter().any(|finding| matches!(finding, Bad(_)));
    Ok(if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn configuration(config: &Config) -> Finding {
    match &config.file {
        Some(file) => Good(format!("configuration: {}", file.display())),
        None => Good("configuration: no file, defaults".into()),
    }
}

fn transport(config: &Config) -> Finding {
    let url = config.public_url.as_deref().unwrap_or("the address it listens on");
    if config.is_tls() || config.listen.ip().is_loopback() {
        Good(format!("address: listens on {}, reached by {url}", config.listen))
    } else {
        Doubtful(format!(
            "address: {} is open to the network without TLS; give a certificate, or set public_url to the https address of the proxy in front",
            config.listen
        ))
    }
}

fn files_of_tls(config: &Config) -> Finding {
    let Some(tls) = &config.tls else { return Good("TLS: not spoken here".into()) };
    for path in [&tls.certificate, &tls.key] {
        if let Err(error) = fs::File::open(path) {
            return Bad(format!("TLS: {} can't be read: {error}", path.display()));
        }
    }
    Good(format!("TLS: {} and {} can be read", tls.certificate.display(), tls.key.display()))
}

fn folder(config: &Config) -> Finding {
    if let Some(problem) = folder_problem(config) {
        return Doubtful(problem);
    }
    if config.data.is_dir() {
        Good(format!("folder: {} is closed to others", config.data.display()))
    } else {
        Good(format!("folder: {} is made at the first start", config.data.display()))
    }
}

/// What is wrong with who may look into the data folder.
pub(crate) fn folder_problem(config: &Config) -> Option<String> {
    let mode = fs::metadata(&config.data).ok()?.permissions().mode();
    let folder = config.data.display();
    (mode & 0o077 != 0)
        .then(|| format!("folder: others on this machine may look into {folder}; chmod 700 {folder} ends that"))
}

async fn database_findings(config: &Config) -> Vec<Finding> {
    let name = database::name(config);
    if database::sqlite_file(config).is_some_and(|file| !file.exists()) {
        return vec![Good(format!("database: {name} is made at the first start"))];
    }
    let db = match database::open_as_it_is(config) {
        Ok(db) => db,
        Err(error) => return vec![Bad(format!("database: {error:#}"))],
    };
    let schema = match db.missing_migrations().await {
        Ok(missing) => schema(&missing),
        Err(MigrateError::Failed(error)) => return vec![Bad(format!("database: {name} can't be used: {error}"))],
        Err(error) => Bad(format!("schema: {error}")),
    };
    let mut findings = vec![Good(format!("database: {name} answers"))];
    findings.extend(damage(&db).await);
    findings.push(schema);
    findings
}

/// Whether SQLite's file is whole, which takes a look at each page of it; PostgreSQL has tools of its own.
async fn damage(db: &Db) -> Option<Finding> {
    let path = db.path()?.display();
    let looked = async {
        let mut tx = db.begin_read().await?;
        tx.scan(&store::Sql::new("pragma quick_check(1)"), |row| row.get::<String>(0)).await
    };
    Some(match looked.await {
        Ok(found) if found == ["ok"] => Good(format!("file: {path} is whole")),
        Ok(found) => Bad(format!("file: {path} is damaged, and a backup must take its place ({})", found.join(", "))),
        Err(error) => Bad(format!("file: {path}: {error}")),
    })
}

fn schema(missing: &[&str]) -> Finding {
    match missing.len() {
        0 => Good("schema: the one of this version".into()),
        missing => Doubtful(format!(
            "schema: {missing} migrations are missing; the next start, or reeve migrate, applies them"
        )),
    }
}
