//! The doors, tried by router in process.

mod assets;
mod browser;
mod console;
mod crowds;
mod doors;
mod edit;
mod groups;
mod imports;
mod portal;
mod registrations;
mod roles;
mod selecting;
mod setup;
