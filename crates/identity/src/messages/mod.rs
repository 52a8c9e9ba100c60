//! What people are told by mail and SMS: the catalogue of messages, their texts, and the outbox that they leave from.

mod address;
mod catalogue;
mod outbox;
mod values;
mod variables;

pub use address::{Address, Channel};
pub use catalogue::{Entry, Group, Template};
pub use values::Values;
pub use variables::{COMMON, Kind, Variable};

pub(crate) use outbox::{queue, queue_sms, queue_to};
