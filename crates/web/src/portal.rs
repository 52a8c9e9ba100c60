//! The public pages: signing in, setting up, using links and codes, one's own account.

pub(crate) mod account;
pub(crate) mod change_password;
pub(crate) mod choose_password;
pub(crate) mod confirm;
pub(crate) mod home;
pub(crate) mod link_over;
pub(crate) mod password_code;
pub(crate) mod reauth;
pub(crate) mod recover_username;
mod recovery;
pub(crate) mod send_again;
pub(crate) mod set_password;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod verify_mobile;
