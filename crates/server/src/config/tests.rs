//! Which source wins, and what is refused.

use std::fs;

use super::*;

struct Start {
    folder: tempfile::TempDir,
    flags: Vec<(Key, String)>,
    environment: Vec<(String, String)>,
}

impl Start {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for a test");
        Start { folder, flags: Vec::new(), environment: Vec::new() }
    }

    fn flag(mut self, key: Key, value: &str) -> Self {
        self.flags.push((key, value.to_owned()));
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn file(self, text: &str) -> Self {
        fs::write(self.folder.path().join("reeve.toml"), text).expect("the file is written");
        self
    }

    fn resolve(self, keeps_to_flags: bool) -> Result<Config, String> {
        let sources = Sources {
            flags: self.flags,
            environment: self.environment,
            here: self.folder.path(),
            default_data: "./reeve-data",
            keeps_to_flags,
        };
        Config::resolve(sources).map_err(|misuse| misuse.to_string())
    }

    fn config(self) -> Config {
        self.resolve(false).expect("it is valid")
    }

    fn refusal(self) -> String {
        self.resolve(false).expect_err("it is invalid")
    }
}

#[test]
fn without_anything_the_defaults_hold() {
    let config = Start::new().config();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database, "sqlite:./reeve-data/reeve.db");
    assert!(config.file.is_none() && config.tls.is_none() && !config.is_tls());
}

#[test]
fn a_flag_beats_the_environment_beats_the_file() {
    let file = "listen = \"127.0.0.1:3\"";
    let port = |start: Start| start.config().listen.port();
    assert_eq!(port(Start::new().file(file)), 3);
    assert_eq!(port(Start::new().file(file).variable("REEVE_LISTEN", "127.0.0.1:2")), 2);
    let all = Start::new().file(file).variable("REEVE_LISTEN", "127.0.0.1:2").flag(keys::LISTEN, "127.0.0.1:1");
    assert_eq!(port(all), 1);
}

#[test]
fn the_file_of_the_data_folder_is_read_when_there_is_none_here() {
    let start = Start::new();
    let data = start.folder.path().join("data");
    fs::create_dir(&data).expect("a folder");
    fs::write(data.join("reeve.toml"), "log_format = \"json\"").expect("the file is written");
    assert_eq!(start.flag(keys::DATA, "data").config().log_format, LogFormat::Json);
}

#[test]
fn a_bad_value_is_named_with_its_place() {
    let refusal = Start::new().variable("REEVE_LISTEN", "eighty").refusal();
    assert_eq!(refusal, "REEVE_LISTEN must be an address and a port like 127.0.0.1:8080, not \"eighty\"");
    assert!(Start::new().flag(keys::TRUSTED_PROXIES, "10.0.0.0/99").refusal().starts_with("--trusted-proxies must be"));
    assert!(Start::new().file("log_format = \"xml\"").refusal().starts_with("log_format in "));
    assert!(Start::new().flag(keys::LOG_LEVEL, "loud").refusal().starts_with("--log-level must be"));
    for url in ["sso.example.com", "ftp://a", "https://a/b", "https://u:p@a", "https://a?x"] {
        assert!(Start::new().flag(keys::PUBLIC_URL, url).refusal().contains("https://sso.example.com"), "{url}");
    }
}

#[test]
fn a_database_url_is_never_shown() {
    let refusal = Start::new().variable("REEVE_DATABASE", "mysql://root:hunter2@db/x").refusal();
    assert!(!refusal.contains("hunter2"), "{refusal}");
    assert!(refusal.starts_with("REEVE_DATABASE must begin with sqlite: or postgres://"), "{refusal}");
}

#[test]
fn certificate_and_key_come_together() {
    assert!(Start::new().flag(keys::TLS_KEY, "key.pem").refusal().contains("tls_certificate"));
    let both = Start::new().flag(keys::TLS_KEY, "key.pem").flag(keys::TLS_CERTIFICATE, "certificate.pem");
    assert!(both.config().is_tls());
}

#[test]
fn a_public_url_loses_its_last_slash_and_says_whether_there_is_tls() {
    let config = Start::new().flag(keys::PUBLIC_URL, "https://sso.example.com/").config();
    assert_eq!(config.public_url.as_deref(), Some("https://sso.example.com"));
    assert!(config.is_tls());
}

#[test]
fn made_people_never_reach_the_database_of_the_environment_or_a_file() {
    let start = Start::new().variable("REEVE_DATABASE", "postgres://db/real").file("data = \"/srv/reeve\"");
    assert_eq!(start.resolve(true).expect("it is valid").database, "sqlite:./reeve-data/reeve.db");
}

#[test]
fn an_address_becomes_a_url_that_a_browser_opens() {
    let url = |address: &str, is_tls| url_of(address.parse().expect("an address"), is_tls);
    assert_eq!(url("127.0.0.1:8080", false), "http://127.0.0.1:8080");
    assert_eq!(url("0.0.0.0:443", true), "https://localhost:443");
    assert_eq!(url("[::1]:80", false), "http://[::1]:80");
}
