//! The program as people start it: its words, its exit codes, what it leaves behind.

#![allow(clippy::disallowed_methods, reason = "these tests are the outside world: they connect to the server")]

mod administrators;
mod bulk_changes;
mod clients;
mod configuration;
mod demo;
mod exporting;
mod files;
mod importing;
mod interruptions;
mod mailing;
mod migrating;
mod mounts;
mod outages;
mod place;
mod postgres_tls;
mod secure_mail;
mod serving;
mod stopping;
mod tls;
mod users;
mod visitor;
mod wizard;
