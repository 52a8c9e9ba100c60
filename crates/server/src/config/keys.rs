//! Every key of the configuration, declared once: flag, environment variable and line of `reeve.toml` follow from it.

use super::Misuse;

/// A key, as it stands in `reeve.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(pub(crate) &'static str);

pub(crate) const CONFIG: Key = Key("config");
pub(crate) const DATA: Key = Key("data");
pub(crate) const DATABASE: Key = Key("database");
pub(crate) const LISTEN: Key = Key("listen");
pub(crate) const PUBLIC_URL: Key = Key("public_url");
pub(crate) const TLS_CERTIFICATE: Key = Key("tls_certificate");
pub(crate) const TLS_KEY: Key = Key("tls_key");
pub(crate) const TRUSTED_PROXIES: Key = Key("trusted_proxies");
pub(crate) const METRICS_FROM: Key = Key("metrics_from");
pub(crate) const LOG_LEVEL: Key = Key("log_level");
pub(crate) const LOG_FORMAT: Key = Key("log_format");

/// Keys of a configuration file. [`CONFIG`] says where that file is, and can't stand in it.
pub(crate) const IN_FILES: &[Key] = &[
    DATA,
    DATABASE,
    LISTEN,
    PUBLIC_URL,
    TLS_CERTIFICATE,
    TLS_KEY,
    TRUSTED_PROXIES,
    METRICS_FROM,
    LOG_LEVEL,
    LOG_FORMAT,
];

impl Key {
    /// The flag, as `--public-url`.
    pub(crate) fn flag(self) -> String {
        format!("--{}", self.0.replace('_', "-"))
    }

    /// The environment variable, as `REEVE_PUBLIC_URL`.
    pub(crate) fn variable(self) -> String {
        format!("REEVE_{}", self.0.to_uppercase())
    }

    /// The key of a configuration file with this name.
    ///
    /// Errors: names the nearest key.
    pub(super) fn in_file(name: &str, file: &str) -> Result<Self, Misuse> {
        IN_FILES.iter().copied().find(|key| key.0 == name).ok_or_else(|| {
            let names = IN_FILES.iter().map(|key| key.0.to_owned());
            Misuse(format!("{file} has an unknown key {name:?}{}", hint(name, names)))
        })
    }

    /// The key that a variable names; `None` for a variable that is none of ours.
    ///
    /// Errors: names the nearest variable.
    pub(super) fn of_variable(variable: &str) -> Result<Option<Self>, Misuse> {
        if !variable.starts_with("REEVE_") || is_foreign(variable) {
            return Ok(None);
        }
        let mut all = IN_FILES.iter().copied().chain([CONFIG]);
        if let Some(key) = all.find(|key| key.variable() == variable) {
            return Ok(Some(key));
        }
        let names = IN_FILES.iter().chain(&[CONFIG]).map(|key| key.variable());
        Err(Misuse(format!("the environment has an unknown variable {variable}{}", hint(variable, names))))
    }
}

/// Kubernetes gives every program in the namespace of a service named "reeve" variables of these names; tests of this
/// project have theirs.
fn is_foreign(variable: &str) -> bool {
    variable == "REEVE_PORT"
        || ["REEVE_PORT_", "REEVE_SERVICE_", "REEVE_TEST_"].iter().any(|prefix| variable.starts_with(prefix))
}

/// `; did you mean "listen"?`, or the list of all when nothing is near.
pub(crate) fn hint(name: &str, known: impl Iterator<Item = String>) -> String {
    let mut known: Vec<(f64, String)> = known
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .collect();
    known.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    match known.first() {
        Some((likeness, nearest)) if *likeness > 0.75 => format!("; did you mean {nearest}?"),
        _ => {
            let names: Vec<String> = known.into_iter().map(|(_, name)| name).collect();
            format!("; known are {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let refusal = Key::in_file("listne", "reeve.toml").expect_err("it is unknown").to_string();
        assert_eq!(refusal, "reeve.toml has an unknown key \"listne\"; did you mean listen?");
        let refusal = Key::of_variable("REEVE_PUBLIC_ULR").expect_err("it is unknown").to_string();
        assert!(refusal.ends_with("did you mean REEVE_PUBLIC_URL?"), "{refusal}");
        let refusal = Key::in_file("xyz", "reeve.toml").expect_err("it is unknown").to_string();
        assert!(refusal.contains("known are ") && refusal.contains("listen"), "{refusal}");
    }

    #[test]
    fn variables_that_kubernetes_sets_for_a_service_named_reeve_are_not_ours() {
        for variable in ["REEVE_PORT", "REEVE_PORT_8080_TCP_ADDR", "REEVE_SERVICE_HOST", "PATH"] {
            assert_eq!(Key::of_variable(variable).expect("it is none of ours"), None);
        }
        assert_eq!(Key::of_variable("REEVE_LISTEN").expect("it is known"), Some(LISTEN));
    }
}
