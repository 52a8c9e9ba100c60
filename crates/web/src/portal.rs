//! The public pages: signing in, setting up.

pub(crate) mod home;
pub(crate) mod reauth;
pub(crate) mod set_password;
pub(crate) mod setup;
pub(crate) mod sign_in;
