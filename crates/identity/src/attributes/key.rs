//! What an attribute is called in imports, exports and interfaces.

use crate::Problem;

/// Most characters of a key.
pub const MAX_KEY: usize = 64;

/// Names of built-in fields, of columns of imports and exports, and of what may become one.
const RESERVED: &[&str] = &[
    "account_control",
    "account_id",
    "administrator_roles",
    "blocked",
    "created_at",
    "custom",
    "email",
    "email_fallback",
    "email_repeat",
    "email_verified",
    "enabled",
    "error",
    "external_id",
    "first_name",
    "full_name",
    "groups",
    "id",
    "last_name",
    "last_sign_in_at",
    "mobile",
    "mobile_verified",
    "modified_at",
    "name",
    "origin",
    "password",
    "password_hash",
    "password_repeat",
    "role",
    "roles",
    "status",
    "username",
    "version",
];

/// Whether a key is the name of something else.
pub fn is_reserved(key: &str) -> bool {
    RESERVED.contains(&key)
}

/// What is wrong with a key.
pub(super) fn problem_of(key: &str) -> Option<Problem> {
    let problem = |code: &str, message: &str| Some(Problem::new("key", code, message));
    if key.is_empty() {
        return problem("REQUIRED_MISSING", "Enter a key, as department.");
    }
    if key.len() > MAX_KEY {
        return problem("TOO_LONG", "Enter at most 64 characters.");
    }
    let allowed = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
    if !key.starts_with(|sign: char| sign.is_ascii_lowercase()) || !key.chars().all(allowed) {
        let message = "Use lower-case letters a–z, digits and underscores only, and begin with a letter.";
        return problem("BAD_KEY", message);
    }
    if is_reserved(key) {
        return problem("RESERVED", "This is the name of a built-in field. Choose another key.");
    }
    None
}

/// What is said when a key is another attribute's.
pub(super) fn taken() -> Problem {
    Problem::new("key", "KEY_TAKEN", "There is an attribute with this key already. Choose another key.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn es_201_a_key_is_a_short_name_in_lower_case_that_means_nothing_else() {
        let code = |key: &str| problem_of(key).map(|problem| problem.code);
        for good in ["department", "staff_no", "a", "line2", &"k".repeat(64)] {
            assert_eq!(code(good), None, "{good}");
        }
        assert_eq!(code("").as_deref(), Some("REQUIRED_MISSING"));
        assert_eq!(code(&"k".repeat(65)).as_deref(), Some("TOO_LONG"));
        for bad in ["Department", "2nd", "_a", "staff-no", "a b", "é", "custom.x", "a\0"] {
            assert_eq!(code(bad).as_deref(), Some("BAD_KEY"), "{bad}");
        }
        for reserved in ["username", "email", "password", "status", "groups"] {
            assert_eq!(code(reserved).as_deref(), Some("RESERVED"), "{reserved}");
        }
    }
}
