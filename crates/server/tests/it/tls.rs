//! TLS spoken by the server itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::place::{Answer, Place};

#[test]
fn a_page_comes_over_tls_with_a_cookie_that_stays_there() {
    let place = Place::new();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made");
    place.write("certificate.pem", &made.cert.pem());
    place.write("key.pem", &made.signing_key.serialize_pem());
    let server = place.serve(&["--tls-certificate", "certificate.pem", "--tls-key", "key.pem"]);

    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("the certificate is one");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the defaults are safe")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
    let socket = TcpStream::connect(&server.address).expect("the server listens");
    let mut stream = StreamOwned::new(connection, socket);
    stream.write_all(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("it answers");
    let answer = Answer::read(&bytes);
    assert_eq!(answer.status, 200);
    assert!(answer.header("strict-transport-security").is_some(), "{}", answer.head);
    assert!(answer.head.contains("__host-") && answer.head.contains("; secure"), "{}", answer.head);
}

#[test]
fn files_that_cannot_be_used_are_said_in_one_sentence() {
    let place = Place::new();
    let start =
        |place: &Place| place.run(&["--tls-certificate", "c.pem", "--tls-key", "k.pem", "--listen", "127.0.0.1:0"]);
    let missing = start(&place);
    assert_eq!(missing.code, Some(1), "{missing:?}");
    assert!(missing.err.starts_with("reeve: the TLS certificate c.pem can't be read: "), "{missing:?}");
    place.write("c.pem", "nothing");
    place.write("k.pem", "nothing");
    let useless = start(&place);
    assert_eq!(useless.code, Some(1), "{useless:?}");
    assert!(useless.err.contains("c.pem and k.pem are no TLS certificate and key in PEM form"), "{useless:?}");
    assert_eq!(useless.err.lines().count(), 1, "{useless:?}");
}
