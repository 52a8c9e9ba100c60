//! Rules about several settings at once.

use super::Settings;
use crate::Problem;

/// What doesn't go together in `settings`, each with the setting to change.
pub(super) fn problems(settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut rule = |holds: bool, key: &str, message: String| {
        if !holds {
            problems.push(Problem::new(key, "BAD_VALUE", message));
        }
    };
    let s = settings;
    rule(
        s.username_max_length >= s.username_min_length,
        "username_max_length",
        format!("Enter at least the minimum length, {}.", s.username_min_length),
    );
    rule(
        s.username_pattern.as_str().is_empty() || !s.username_pattern_hint.is_empty(),
        "username_pattern_hint",
        "Say the pattern in words, so that people know what to enter.".into(),
    );
    rule(
        s.session_absolute_hours * 60 >= s.session_idle_minutes,
        "session_absolute_hours",
        format!("Enter at least as long as the {} minutes without activity.", s.session_idle_minutes),
    );
    rule(
        s.lock_max_minutes >= s.lock_minutes,
        "lock_max_minutes",
        format!("Enter at least as long as the first lock, {} minutes.", s.lock_minutes),
    );
    rule(
        !s.contact_enabled || !s.contact_email.is_empty(),
        "contact_email",
        "Enter the address that people are told.".into(),
    );
    rule(
        s.password_max_age_days == 0 || u64::from(s.password_max_age_days) * 24 > u64::from(s.password_min_age_hours),
        "password_max_age_days",
        format!("Enter longer than the {} hours for which a password is kept.", s.password_min_age_hours),
    );
    rule(
        s.password_max_age_days == 0 || s.password_expiry_warning_days < s.password_max_age_days,
        "password_expiry_warning_days",
        format!("Enter less than the {} days after which it expires.", s.password_max_age_days),
    );
    rule(
        s.inactivity_lock_days == 0 || s.inactivity_warning_days.iter().all(|days| *days < s.inactivity_lock_days),
        "inactivity_warning_days",
        format!("Enter less than the {} days after which accounts are locked.", s.inactivity_lock_days),
    );
    let both = s.registration_domains_allowed.iter().find(|domain| s.registration_domains_denied.contains(domain));
    rule(
        both.is_none(),
        "registration_domains_denied",
        format!("{} is allowed and refused. Remove it from one of the two.", both.map_or("", String::as_str)),
    );
    problems
}
