//! TLS spoken by the server itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::place::{Answer, Place, Server};

#[test]
fn a_page_comes_over_tls_with_a_cookie_that_stays_there() {
    let place = Place::new();
    let certificate = write_certificate(&place);
    let server = place.serve(&["--tls-certificate", "certificate.pem", "--tls-key", "key.pem"]);
    let answer = get(&server, certificate).expect("the certificate is trusted");
    assert_eq!(answer.status, 200);
    assert!(answer.header("strict-transport-security").is_some(), "{}", answer.head);
    assert!(answer.head.contains("__host-") && answer.head.contains("; secure"), "{}", answer.head);
}

#[test]
fn a_renewed_certificate_is_taken_up_when_told() {
    let place = Place::new();
    let old = write_certificate(&place);
    let server = place.serve(&["--tls-certificate", "certificate.pem", "--tls-key", "key.pem"]);
    let new = write_certificate(&place);
    assert!(get(&server, new.clone()).is_err(), "nobody told it yet");
    server.signal("HUP");
    server.wait_for_log("was read again");
    assert_eq!(get(&server, new).expect("the new one is in use").status, 200);
    assert!(get(&server, old).is_err());
}

/// A new certificate for `localhost`, in the two files.
fn write_certificate(place: &Place) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made");
    place.write("certificate.pem", &made.cert.pem());
    place.write("key.pem", &made.signing_key.serialize_pem());
    made.cert.der().clone()
}

/// Gets a page, trusting only this certificate.
fn get(server: &Server, trusted: CertificateDer<'static>) -> std::io::Result<Answer> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).expect("the certificate is one");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the defaults are safe")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
    let mut stream = StreamOwned::new(connection, TcpStream::connect(&server.address)?);
    stream.write_all(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(Answer::read(&bytes))
}

#[test]
fn files_that_cannot_be_used_are_said_in_one_sentence() {
    let place = Place::new();
    let start =
        |place: &Place| place.run(&["--tls-certificate", "c.pem", "--tls-key", "k.pem", "--listen", "127.0.0.1:0"]);
    let missing = start(&place);
    assert_eq!(missing.code, Some(1), "{missing:?}");
    assert!(missing.err.starts_with("reeve: the TLS certificate c.pem can't be used: "), "{missing:?}");
    place.write("c.pem", "nothing");
    place.write("k.pem", "nothing");
    let useless = start(&place);
    assert_eq!(useless.code, Some(1), "{useless:?}");
    assert!(useless.err.starts_with("reeve: the TLS key k.pem can't be used: "), "{useless:?}");
    assert_eq!(useless.err.lines().count(), 1, "{useless:?}");
}
