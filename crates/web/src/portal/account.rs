//! My account: what people see and change of their own account.

pub(crate) mod email;
pub(crate) mod password;
pub(crate) mod profile;
