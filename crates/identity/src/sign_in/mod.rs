//! Signing in: proving who one is, what stands in the way, and what the session may do.

mod change_email;
mod change_password;
mod demands;
mod gates;
mod on_behalf;
mod own_password;
mod reauthenticate;
mod resume;
mod send_again;
mod sign_out;
mod with_password;

pub use change_email::change_email;
pub use change_password::{ChangedPassword, PasswordChange, change_password, change_required_password};
pub use gates::Gate;
pub(crate) use on_behalf::on_behalf;
pub use reauthenticate::reauthenticate;
pub use resume::{Resumed, Visit, resume, visit};
pub use send_again::send_again;
pub use sign_out::sign_out;
pub use with_password::{SignIn, with_password};
