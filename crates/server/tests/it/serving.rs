//! The server: probes, links, order.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::place::{Place, is_private};

#[test]
fn it_answers_probes_and_stops_in_order() {
    let place = Place::new();
    let server = place.serve(&[]);
    assert_eq!(server.get("/healthz").text(), "alive\n");
    let ready = server.get("/readyz");
    assert_eq!((ready.status, ready.text()), (200, "ready\n".into()));
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("stopped"), "{log}");
}

#[test]
fn everything_it_keeps_is_closed_to_others() {
    let place = Place::new();
    let _server = place.serve(&[]);
    assert!(is_private(&place.path("reeve-data")));
    assert!(is_private(&place.path("reeve-data/reeve.db")));
}

#[test]
fn every_answer_has_its_own_request_id() {
    let place = Place::new();
    let server = place.serve(&[]);
    let ids: Vec<String> = ["/healthz", "/sign-in", "/no-such-page"]
        .map(|path| server.get(path).header("x-request-id").expect("an identifier").to_owned())
        .into();
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
    assert_eq!(server.get("/no-such-page").status, 404);
}

#[test]
fn figures_name_routes_and_never_paths() {
    let place = Place::new();
    let server = place.serve(&[]);
    server.get("/setup/a-token-that-must-not-be-kept");
    let metrics = server.get("/metrics");
    let text = metrics.text();
    assert_eq!(metrics.status, 200);
    assert!(text.contains("reeve_http_requests_total{"), "{text}");
    assert!(text.contains("reeve_http_request_duration_seconds_bucket{"), "{text}");
    assert!(text.contains("database=\"sqlite\""), "{text}");
    assert!(!text.contains("a-token-that"), "{text}");
    let (_, log) = server.stop();
    assert!(!log.contains("a-token-that"), "{log}");
}

#[test]
fn figures_are_for_this_machine_and_not_for_who_comes_through_a_proxy() {
    let place = Place::new();
    let server = place.serve(&[]);
    assert_eq!(server.get_with("/metrics", "X-Forwarded-For: 203.0.113.7\r\n").status, 404);
    let trusting = place_with_proxy();
    let server = trusting.1;
    assert_eq!(server.get_with("/metrics", "X-Forwarded-For: 203.0.113.7\r\n").status, 404);
    assert_eq!(server.get_with("/metrics", "X-Forwarded-For: 192.0.2.9\r\n").status, 200);
}

fn place_with_proxy() -> (Place, crate::place::Server) {
    let place = Place::new();
    let server = place.serve(&["--trusted-proxies", "127.0.0.1", "--metrics-from", "192.0.2.0/24"]);
    (place, server)
}

#[test]
fn pages_are_compressed_for_who_can_read_it() {
    let place = Place::new();
    let server = place.serve(&[]);
    let packed = server.get_with("/sign-in", "Accept-Encoding: gzip\r\n");
    assert_eq!(packed.header("content-encoding"), Some("gzip"), "{}", packed.head);
    assert_eq!(server.get("/sign-in").header("content-encoding"), None);
}

#[test]
fn logs_can_be_read_by_programs() {
    let place = Place::new();
    let server = place.serve(&["--log-format", "json"]);
    server.get("/sign-in");
    let (_, log) = server.stop();
    let line = log.lines().find(|line| line.contains("/sign-in")).expect("a line about the request");
    let line: serde_json::Value = serde_json::from_str(line).expect("an object");
    assert_eq!(line["message"], "GET /sign-in answered 200");
    assert!(line["request.id"].is_string() && line["duration_ms"].is_number(), "{line}");
}

#[test]
fn a_link_for_the_first_administrator_is_printed_at_each_start_until_there_is_one() {
    let place = Place::new();
    let first = place.serve(&[]);
    let old = first.set_up_path().expect("a link").to_owned();
    assert_eq!(first.get(&old).status, 200);
    first.stop();

    let second = place.serve(&[]);
    let new = second.set_up_path().expect("a link").to_owned();
    assert_ne!(new, old);
    assert_ne!(second.get(&old).status, 200, "a new link ends the old one");
    assert_eq!(second.get(&new).status, 200);

    let said = place.appoint("sophia");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_ne!(second.get(&new).status, 200, "somebody is in charge");
    second.stop();
    assert_eq!(place.serve(&[]).set_up_path(), None);
}

#[test]
fn a_second_server_on_the_same_file_is_refused() {
    let place = Place::new();
    let _first = place.serve(&[]);
    let said = place.run(&["--listen", "127.0.0.1:0"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("another Reeve server works on"), "{said:?}");
}

#[test]
fn a_port_that_is_taken_is_said_in_one_sentence() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let said = place.run(&["--listen", &address]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(
        said.err,
        format!("reeve: {address} is in use by another program; stop it, or choose another address with --listen\n")
    );
}

#[test]
fn public_url_stands_in_the_link() {
    let place = Place::new();
    let server = place.serve(&["--public-url", "http://accounts.example.com/"]);
    assert!(server.greeting.contains("http://accounts.example.com/setup/"), "{}", server.greeting);
}

#[test]
fn who_sends_nothing_is_sent_away() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut silent = TcpStream::connect(&server.address).expect("the server listens");
    silent.set_read_timeout(Some(Duration::from_secs(40))).expect("a time-out");
    let mut answer = Vec::new();
    silent.read_to_end(&mut answer).expect("the server closes the connection");
}
