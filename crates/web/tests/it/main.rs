//! The doors, tried by router in process.

mod assets;
mod browser;
mod console;
mod doors;
mod edit;
mod portal;
mod selecting;
mod setup;
