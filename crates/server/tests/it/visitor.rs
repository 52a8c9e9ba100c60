//! A person with a browser: it keeps cookies, and sends the forms of the pages it has seen.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use crate::place::{Answer, Place, Server, ask, wait_until};

/// The form of a new user, filled in.
pub(crate) fn new_user(username: &str) -> [(&'static str, &str); 8] {
    let password = "quince+harbor+velvet+93+moss";
    [
        ("username", username),
        ("email", "new%40example.com"),
        ("first_name", "Nora"),
        ("last_name", "New"),
        ("status", "enabled"),
        ("password_choice", "typed"),
        ("password", password),
        ("password_repeat", password),
    ]
}

/// A file of so many people: `person0`, `person1`…
pub(crate) fn crowd(people: usize) -> String {
    let mut text = "username,first_name,last_name,email\n".to_owned();
    for n in 0..people {
        writeln!(text, "person{n},Pat{n},Crowd,person{n}@example.com").expect("memory");
    }
    text
}

/// A browser that visits one server.
#[derive(Clone)]
pub(crate) struct Visitor {
    address: String,
    cookies: BTreeMap<String, String>,
    token: String,
}

impl Visitor {
    /// Who opens the sign-in page.
    pub(crate) fn new(server: &Server) -> Self {
        let mut visitor = Visitor { address: server.address.clone(), cookies: BTreeMap::new(), token: String::new() };
        assert_eq!(visitor.get("/sign-in").status, 200);
        visitor
    }

    /// The super administrator sophia, made by the command line and signed in.
    pub(crate) fn sophia(place: &Place, server: &Server) -> Self {
        let said = place.appoint("sophia");
        assert_eq!(said.code, Some(0), "{said:?}");
        let mut visitor = Visitor::new(server);
        let answer = visitor.sign_in();
        assert_eq!(answer.status, 303, "{}", answer.text());
        visitor
    }

    /// Sends the sign-in form with sophia's password.
    pub(crate) fn sign_in(&mut self) -> Answer {
        self.post("/sign-in", &[("identifier", "sophia"), ("password", "plum+tunnel+orchid+lantern+47")])
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        let (address, cookies) = (&self.address, self.cookie_line());
        let answer =
            ask(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{cookies}\r\n"));
        self.keep(answer)
    }

    /// Sends a form with the token of the last page; values are as they stand in a body.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.posting(path, fields);
        let answer = ask(&self.address, &request);
        self.keep(answer)
    }

    /// Sends a form that brings a file of this text.
    pub(crate) fn upload(&mut self, path: &str, text: &str) -> Answer {
        let part = "Content-Disposition: form-data; name=";
        let body = format!(
            "--edge\r\n{part}\"csrf\"\r\n\r\n{token}\r\n--edge\r\n{part}\"csv\"; filename=\"people.csv\"\r\n\r\n{text}\r\n--edge--\r\n",
            token = self.token,
        );
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n{cookies}\
             Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {length}\r\n\r\n{body}",
            address = self.address,
            cookies = self.cookie_line(),
            length = body.len(),
        );
        let answer = ask(&self.address, &request);
        self.keep(answer)
    }

    /// Makes an account by the form; 303 when it was made.
    pub(crate) fn create_user(&mut self, username: &str) -> Answer {
        let form = self.get("/console/users/new");
        assert_eq!(form.status, 200, "{}", form.text());
        self.post("/console/users", &new_user(username))
    }

    /// The bytes of such a request.
    pub(crate) fn posting(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let mut body = format!("csrf={}", self.token);
        for (name, value) in fields {
            write!(body, "&{name}={value}").expect("memory");
        }
        format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n{cookies}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}",
            address = self.address,
            cookies = self.cookie_line(),
            length = body.len(),
        )
    }

    fn cookie_line(&self) -> String {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if cookies.is_empty() { String::new() } else { format!("Cookie: {}\r\n", cookies.join("; ")) }
    }

    /// Asks for a page until `is_so` of it, and answers it.
    pub(crate) fn watch(&mut self, path: &str, is_so: impl Fn(&Answer) -> bool) -> Answer {
        let mut seen = None;
        wait_until(|| {
            std::thread::sleep(Duration::from_millis(10));
            let page = self.get(path);
            let found = is_so(&page);
            seen = Some(page);
            found
        });
        seen.expect("it was asked for")
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        for cookie in &answer.cookies {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let text = answer.text();
        if let Some((_, rest)) = text.split_once("name=\"csrf\" value=\"") {
            rest.split('"').next().expect("a token").clone_into(&mut self.token);
        }
        answer
    }
}
