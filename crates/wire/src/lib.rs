//! The formats others speak to us, as pure data: parse, validate, print; no I/O.

#![warn(missing_docs)]

pub mod csv;
