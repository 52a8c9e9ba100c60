//! What everything needs and nothing fails at: time, chance, identifiers, secrets, text normal forms.

mod change;
mod clock;
pub mod hex;
mod id;
mod random;
mod secret;
pub mod text;
mod timestamp;

pub use change::Change;
pub use clock::Clock;
pub use id::{
    AccountId, AttributeId, BulkChangeId, EventId, GroupId, ImportId, JobId, MessageId, OrganizationId, ParseIdError,
    RequestId, SessionId,
};
pub use random::Random;
pub use secret::Secret;
pub use timestamp::Timestamp;
