//! The doors, tried by router in process.

mod assets;
mod attributes;
mod browser;
mod bulk_changes;
mod calling;
mod console;
mod crowds;
mod custom;
mod doors;
mod edit;
mod exporting;
mod forged;
mod groups;
mod imports;
mod links;
mod locks;
mod messages;
mod portal;
mod queue;
mod registrations;
mod roles;
mod searching;
mod selecting;
mod sending_again;
mod settings;
mod setup;
