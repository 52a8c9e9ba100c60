//! What the audit log keeps of a server: nothing that opens a door, even where it was typed in the clear.

use serde_json::{Value as Json, json};

/// Stands for what is left out.
const HIDDEN: &str = "•••";
/// Headers whose values open nothing.
const PLAIN_HEADERS: [&str; 2] = ["content-type", "accept"];

/// The options of a server as the audit log keeps them: a gateway without the values of its headers, its body, and
/// what stands before or behind the host of its address.
pub(super) fn audited(mut options: Json) -> Json {
    for (part, hide) in [("headers", headers as fn(&str) -> String), ("url", url), ("body", body)] {
        if let Some(text) = options.get(part).and_then(Json::as_str).map(hide) {
            options[part] = json!(text);
        }
    }
    options
}

fn headers(headers: &str) -> String {
    let line = |line: &str| match line.split_once(':') {
        Some((name, _)) if !PLAIN_HEADERS.contains(&name.trim().to_ascii_lowercase().as_str()) => {
            format!("{name}: {HIDDEN}")
        }
        _ => line.to_owned(),
    };
    headers.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Scheme and host: tokens stand in paths as well as in queries.
fn url(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (host, rest) = rest.split_at(end);
    let host = host.rsplit_once('@').map_or(host.to_owned(), |(_, host)| format!("{HIDDEN}@{host}"));
    if rest.trim_start_matches('/').is_empty() {
        format!("{scheme}://{host}{rest}")
    } else {
        format!("{scheme}://{host}/{HIDDEN}")
    }
}

fn body(body: &str) -> String {
    if body.is_empty() { String::new() } else { HIDDEN.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_opens_a_door_is_kept() {
        let gateway = json!({
            "url": "https://me:k3y@gate.example:8443/k3y/send/{to}?key=k3y#k3y",
            "method": "POST",
            "headers": "Authorization: Bearer k3y\nContent-Type: application/json",
            "body": "{\"key\":\"k3y\"}",
        });
        let kept = audited(gateway);
        assert_eq!(kept["url"], "https://•••@gate.example:8443/•••");
        assert_eq!(kept["headers"], "Authorization: •••\nContent-Type: application/json");
        assert_eq!((&kept["body"], &kept["method"]), (&json!("•••"), &json!("POST")));
        assert!(!kept.to_string().contains("k3y"));
        let mail = json!({ "host": "mail.example.com", "port": 587 });
        assert_eq!(audited(mail.clone()), mail);
        assert_eq!(audited(Json::Null), Json::Null);
        for (typed, kept) in [
            ("https://gate.example", "https://gate.example"),
            ("https://gate.example/", "https://gate.example/"),
            ("https://gate.example?k3y", "https://gate.example/•••"),
        ] {
            assert_eq!(audited(json!({ "url": typed }))["url"], kept);
        }
    }
}
