//! What the words in cells mean: yes and no, the states of other programs.

/// What a cell says about whether an account is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is enabled.
    Enabled,
    /// It is disabled.
    Disabled,
    /// It waits for confirmation or approval, as our own exports say; an import doesn't decide that.
    Pending,
}

const ENABLED: &[&str] = &[
    "active",
    "enabled",
    "provisioned",
    "recovery",
    "password_expired",
    "locked_out",
    "aktiv",
    "aktiviert",
    "actif",
    "activo",
    "attivo",
    "ativo",
    "employed",
    "current",
];
const DISABLED: &[&str] = &[
    "inactive",
    "disabled",
    "deprovisioned",
    "suspended",
    "deactivated",
    "archived",
    "terminated",
    "deleted",
    "blocked",
    "staged",
    "inaktiv",
    "deaktiviert",
    "gesperrt",
    "ausgeschieden",
    "inactif",
    "inactivo",
    "inattivo",
    "inativo",
    "former",
];
const PENDING: &[&str] = &["pending_activation", "pending_approval"];
const YES: &[&str] = &["true", "yes", "y", "1", "on", "t", "ja", "wahr", "oui", "vrai", "sí", "si", "sim"];
const NO: &[&str] = &["false", "no", "n", "0", "off", "f", "nein", "falsch", "non", "faux", "não"];

/// The bit of `userAccountControl` that says `ACCOUNTDISABLE`.
const ACCOUNT_DISABLED: i64 = 2;

/// Reads a status, whatever program wrote it.
pub(super) fn standing(cell: &str) -> Option<Standing> {
    let word = base::text::fold(cell);
    let word = word.as_str();
    if ENABLED.contains(&word) {
        Some(Standing::Enabled)
    } else if DISABLED.contains(&word) {
        Some(Standing::Disabled)
    } else if PENDING.contains(&word) {
        Some(Standing::Pending)
    } else {
        yes_or_no(word).map(enabled)
    }
}

/// Reads whether an account is blocked.
pub(super) fn blocked(cell: &str) -> Option<Standing> {
    yes_or_no(cell).map(|is_blocked| enabled(!is_blocked))
}

/// Reads the flags of Active Directory.
pub(super) fn account_control(cell: &str) -> Option<Standing> {
    let flags: i64 = cell.parse().ok()?;
    Some(enabled(flags & ACCOUNT_DISABLED == 0))
}

/// Reads a truth value.
pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    let word = base::text::fold(cell);
    if YES.contains(&word.as_str()) {
        Some(true)
    } else if NO.contains(&word.as_str()) {
        Some(false)
    } else {
        None
    }
}

fn enabled(is_enabled: bool) -> Standing {
    if is_enabled { Standing::Enabled } else { Standing::Disabled }
}

/// Given name and family name of a name in one piece: cut at the comma, or else at the last blank.
pub(super) fn split_name(name: &str) -> (String, String) {
    const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "phd", "md"];
    let name = name.trim();
    if let Some((before, after)) = name.rsplit_once(',') {
        let (before, after) = (before.trim(), after.trim());
        let letters: String = after.chars().filter(|sign| sign.is_alphanumeric()).collect();
        if SUFFIXES.contains(&letters.to_lowercase().as_str()) {
            let (first, last) = split_name(before);
            return (first, format!("{last}, {after}"));
        }
        return (after.to_owned(), before.to_owned());
    }
    match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (first.trim_end().to_owned(), last.to_owned()),
        None => (String::new(), name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_of_other_programs_are_understood() {
        for word in ["ACTIVE", "Aktiv", "TRUE", "yes", "1", "PROVISIONED"] {
            assert_eq!(standing(word), Some(Standing::Enabled), "{word}");
        }
        for word in ["DEPROVISIONED", "Suspended", "Inaktiv", "Terminated", "FALSE", "0"] {
            assert_eq!(standing(word), Some(Standing::Disabled), "{word}");
        }
        assert_eq!(standing("Leave"), None);
        assert_eq!(standing("pending_approval"), Some(Standing::Pending));
        assert_eq!(blocked("true"), Some(Standing::Disabled));
        assert_eq!(
            (account_control("512"), account_control("514")),
            (Some(Standing::Enabled), Some(Standing::Disabled))
        );
        assert_eq!(account_control("0x202"), None);
    }

    #[test]
    fn a_name_in_one_piece_is_split() {
        let split = |name| {
            let (first, last) = split_name(name);
            format!("{first}|{last}")
        };
        assert_eq!(split("Mary Ann Smith"), "Mary Ann|Smith");
        assert_eq!(split("Smith, Mary"), "Mary|Smith");
        assert_eq!(split("Mary Smith, Jr."), "Mary|Smith, Jr.");
        assert_eq!(split("Cher"), "|Cher");
    }
}
