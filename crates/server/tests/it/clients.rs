//! Clients that send too much, too little, or don't listen.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use crate::place::{Answer, Place, Server};
use crate::visitor::{Visitor, new_user};

/// What comes back, as far as it comes: the server may close before it has read all.
fn rest_of(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    let mut some = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut some) {
        answer.extend_from_slice(&some[..count]);
    }
    answer
}

fn assert_calm(server: Server) {
    assert_eq!(server.get("/sign-in").status, 200, "others are served");
    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_sent() {
    let place = Place::new();
    let server = place.serve(&[]);
    for path in ["/sign-in", "/console/users", "/no-such-page"] {
        let mut stream = server.connect();
        let head = format!("POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: 99000000\r\n\r\n", server.address);
        stream.write_all(head.as_bytes()).expect("the server reads");
        let answer = Answer::read(&rest_of(&mut stream));
        assert_eq!(answer.status, 413, "{path}: {}", answer.text());
    }
    assert_calm(server);
}

#[test]
fn a_form_that_is_too_large_gets_a_page() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut visitor = Visitor::new(&server);
    let much = "x".repeat(300 * 1024);
    let answer = visitor.post("/sign-in", &[("identifier", &much), ("password", "x")]);
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert!(answer.text().contains("larger than this form can hold"), "{}", answer.text());

    // Said in pieces, so that nobody knows beforehand how much it will be.
    let mut stream = server.connect();
    let request = visitor.posting("/sign-in", &[]).replace("Content-Length: ", "Transfer-Encoding: chunked\r\nX-Was: ");
    let head = request.split("\r\n\r\n").next().expect("a head");
    stream.write_all(format!("{head}\r\n\r\n").as_bytes()).expect("the server reads");
    let piece = format!("{:x}\r\n{}\r\n", 64 * 1024, "x".repeat(64 * 1024));
    for _ in 0..8 {
        if stream.write_all(piece.as_bytes()).is_err() {
            break;
        }
    }
    assert_eq!(Answer::read(&rest_of(&mut stream)).status, 413);
    assert_calm(server);
}

#[test]
fn headers_that_are_too_large_or_too_many_are_refused() {
    let place = Place::new();
    let server = place.serve(&[]);
    for head in [format!("X-Much: {}\r\n", "x".repeat(600_000)), "X-Many: x\r\n".repeat(500)] {
        let mut stream = server.connect();
        let request = format!("GET /sign-in HTTP/1.1\r\nHost: {}\r\n{head}\r\n", server.address);
        // The server may have answered and closed before it has all.
        let _ = stream.write_all(request.as_bytes());
        let answer = Answer::read(&rest_of(&mut stream));
        assert_eq!(answer.status, 431, "{}", answer.text());
    }
    assert_calm(server);
}

#[test]
fn half_a_request_is_not_waited_for_and_harms_nobody() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut stalled: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for stream in &mut stalled {
        stream.write_all(b"POST /sign-in HTTP/1.1\r\nHost: ").expect("the server reads");
    }
    assert_eq!(server.get("/sign-in").status, 200, "others are served meanwhile");
    for stream in &mut stalled {
        // Closed by the server, after a word about it or none; the connection's own time-out is an error.
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the server closes the connection");
    }
    assert_calm(server);
}

#[test]
fn whoever_hangs_up_in_the_middle_of_a_form_changes_nothing() {
    let place = Place::new();
    let server = place.serve(&[]);
    let mut sophia = Visitor::sophia(&place, &server);
    sophia.get("/console/users/new");
    let request = sophia.posting("/console/users", &new_user("nora"));
    let mut stream = server.connect();
    stream.write_all(&request.as_bytes()[..request.len() - 9]).expect("the server reads");
    stream.shutdown(Shutdown::Both).expect("it can be closed");
    assert_eq!(sophia.create_user("nora").status, 303, "there was none yet");
    assert_calm(server);
}

#[test]
fn whoever_asks_and_does_not_listen_keeps_nobody_waiting() {
    let place = Place::new();
    let server = place.serve(&[]);
    let page = server.get("/sign-in").text();
    let style = page.split("href=\"").find(|part| part.contains(".css")).expect("a style sheet");
    let style = style.split('"').next().expect("an address");
    let one = format!("GET {style} HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    let deaf: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = server.connect();
            // Answers of some megabytes, more than lies in buffers on the way.
            stream.write_all(one.repeat(200).as_bytes()).expect("the server reads");
            stream
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(server.get("/sign-in").status, 200);
    }
    drop(deaf);
    assert_calm(server);
}
