//! Accounts from files.
