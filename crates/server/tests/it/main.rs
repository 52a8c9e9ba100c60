//! The program as people start it: its words, its exit codes, what it leaves behind.

#![allow(clippy::disallowed_methods, reason = "these tests are the outside world: they connect to the server")]

mod administrators;
mod configuration;
mod demo;
mod exporting;
mod importing;
mod interruptions;
mod place;
mod serving;
mod tls;
