//! A browser without scripts: it keeps cookies and sends the forms of the pages it has seen.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use identity::Identity;
use testkit::{PASSWORD, World, block_on, databases};
use tower::ServiceExt;
use web::{Site, router};

/// How forms without files travel.
const FORM: &str = "application/x-www-form-urlencoded";

/// A browser.
pub(crate) struct Browser {
    router: Router,
    site: Site,
    cookies: BTreeMap<String, String>,
    token: String,
    page: String,
}

/// What a browser was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Runs `test` in a world of its own on each database.
#[expect(clippy::needless_pass_by_value, reason = "a test hands over a closure")]
pub(crate) fn in_a_world(test: impl AsyncFn(&World)) {
    for database in databases() {
        block_on(async {
            let world = World::on(database).await;
            test(&world).await;
            world.close().await;
        });
    }
}

impl Browser {
    /// A browser that nobody used yet.
    pub(crate) fn new(world: &World) -> Self {
        Browser::before(&world.identity)
    }

    /// A browser before the doors of a core, whoever lives there.
    pub(crate) fn before(identity: &Identity) -> Self {
        let site = Site::new(identity.clone(), false);
        Browser {
            router: router(site.clone()),
            site,
            cookies: BTreeMap::new(),
            token: String::new(),
            page: "/".to_owned(),
        }
    }

    /// A browser in which `username` of the cast has signed in.
    pub(crate) async fn of(world: &World, username: &str) -> Self {
        let mut browser = Browser::new(world);
        let answer = browser.sign_in(username, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{username} signs in: {}", answer.body);
        browser
    }

    /// Fills in the sign-in form.
    pub(crate) async fn sign_in(&mut self, username: &str, password: &str) -> Answer {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("identifier", username), ("password", password)]).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        path.clone_into(&mut self.page);
        self.send(Method::GET, path, &[], String::new()).await
    }

    /// Waits until what was answered before it was done is done.
    pub(crate) async fn settle(&self) {
        self.site.settle().await;
    }

    /// What htmx would get.
    pub(crate) async fn get_fragment(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[("hx-request", "true")], String::new()).await
    }

    /// Sends a form with the token of the last page seen.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let response = self.submit(path, fields).await;
        self.read(response).await
    }

    /// As [`Browser::post`], by htmx.
    pub(crate) async fn post_fragment(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", self.token.clone())];
        all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let headers = [("sec-fetch-site", "same-origin"), ("hx-request", "true")];
        self.send(Method::POST, path, &headers, form(&all)).await
    }

    /// As [`Browser::post`], but goes away before the answer has come further than its status.
    pub(crate) async fn post_and_leave(&self, path: &str, fields: &[(&str, &str)]) -> StatusCode {
        self.submit(path, fields).await.status()
    }

    async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut all = vec![("csrf", self.token.as_str())];
        all.extend_from_slice(fields);
        let page = format!("http://sso.example{}", self.page);
        let headers = [("sec-fetch-site", "same-origin"), ("referer", page.as_str())];
        self.ask(Method::POST, path, &headers, FORM, form(&all).into_bytes()).await
    }

    /// Sends anything.
    pub(crate) async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        self.send_bytes(method, path, headers, FORM, body.into_bytes()).await
    }

    /// Sends a form that brings a file, as browsers do: the token first.
    pub(crate) async fn upload(&mut self, path: &str, file_name: &str, bytes: &[u8]) -> Answer {
        let mut body = Vec::new();
        let token = self.token.clone();
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n").as_bytes(),
        );
        let about = format!("name=\"csv\"; filename=\"{file_name}\"\r\nContent-Type: text/csv");
        body.extend_from_slice(format!("--edge\r\nContent-Disposition: form-data; {about}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let headers = [("sec-fetch-site", "same-origin")];
        self.send_bytes(Method::POST, path, &headers, "multipart/form-data; boundary=edge", body).await
    }

    /// As if the form were another site's.
    pub(crate) fn forget_token(&mut self) {
        self.token = "00".repeat(64);
    }

    async fn send_bytes(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        kind: &str,
        body: Vec<u8>,
    ) -> Answer {
        let response = self.ask(method, path, headers, kind, body).await;
        self.read(response).await
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], kind: &str, body: Vec<u8>) -> Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "sso.example");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        self.router.clone().oneshot(request).await.expect("routers don't fail")
    }

    async fn read(&mut self, response: Response) -> Answer {
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("cookies are text"));
        }
        let body = to_bytes(body, 4 * 1024 * 1024).await.expect("a body");
        let body = String::from_utf8_lossy(&body).into_owned();
        if let Some(token) = between(&body, "name=\"csrf\" value=\"", "\"") {
            token.clone_into(&mut self.token);
        }
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// What closing the browser does to a cookie.
    pub(crate) fn drop_cookie(&mut self, name: &str) {
        self.cookies.remove(name);
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').expect("cookies have attributes");
        let (name, value) = pair.split_once('=').expect("cookies have a value");
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Answer {
    /// Where the answer leads.
    pub(crate) fn location(&self) -> &str {
        self.header("location")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("headers are text")).unwrap_or_default()
    }

    /// The usernames of the list, in order.
    pub(crate) fn usernames(&self) -> Vec<&str> {
        let rows = self.body.split("<tr role=\"row\">").skip(2);
        rows.filter_map(|row| between(row, "<span class=\"s-hide\">", "</span>")).collect()
    }

    /// As [`Answer::text`], with a space where tags part words, as in tables.
    pub(crate) fn words(&self) -> String {
        let body = self.body.replace('<', " <");
        Answer { status: self.status, headers: self.headers.clone(), body }.text()
    }

    /// The text of the page, without its tags.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut in_tag = false;
        for sign in self.body.chars() {
            match sign {
                '<' => in_tag = true,
                '>' => in_tag = false,
                _ if !in_tag => text.push(sign),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// What stands between two texts for the first time.
pub(crate) fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(found, _)| found)
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
