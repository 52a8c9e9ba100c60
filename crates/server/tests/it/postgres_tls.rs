//! PostgreSQL over TLS: who is believed, and in which words others are refused.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use crate::outages::own_postgres;
use crate::place::{Place, Said, finish};

/// Nobody gets in without TLS.
const ENCRYPTED_ALONE: &str = "hostssl all all 127.0.0.1/32 trust\n";
const SETTINGS: &[&str] =
    &["ssl=on", "ssl_cert_file=../server.crt", "ssl_key_file=../server.key", "hba_file=../hba.conf"];

/// Who vouches for certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn named(name: &str) -> Self {
        let mut about = CertificateParams::default();
        about.distinguished_name.push(DnType::CommonName, name);
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key can be made");
        let pem = about.self_signed(&key).expect("a certificate can be made").pem();
        Authority { issuer: Issuer::new(about, key), pem }
    }

    /// A certificate for `name`, and its key.
    fn vouch_for(&self, name: &str) -> [String; 2] {
        let key = KeyPair::generate().expect("a key can be made");
        let about = CertificateParams::new([name.to_owned()]).expect("a name");
        [about.signed_by(&key, &self.issuer).expect("it is signed").pem(), key.serialize_pem()]
    }
}

fn migrate(place: &Place, url: &str) -> Said {
    place.run(&["migrate", "--database", url])
}

/// Refused in one sentence that says `why`.
fn assert_refused(said: &Said, why: &str) {
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.starts_with("reeve: the PostgreSQL database ") && said.err.contains(why), "{said:?}");
    assert_eq!(said.err.lines().count(), 1, "{said:?}");
}

#[test]
fn a_certificate_is_held_against_the_roots_that_the_url_names() {
    let authority = Authority::named("Ours");
    let [certificate, key] = authority.vouch_for("127.0.0.1");
    let files = [("server.crt", certificate.as_str()), ("server.key", &key), ("hba.conf", ENCRYPTED_ALONE)];
    let Some(postgres) = own_postgres(SETTINGS, &files) else { return };
    let place = Place::new();
    place.write("right.pem", &authority.pem);
    place.write("wrong.pem", &Authority::named("Somebody").pem);
    place.write("impostor.pem", &Authority::named("Ours").pem);
    let here = format!("postgres://reeve@127.0.0.1:{}/postgres", postgres.port());

    let said = migrate(&place, &format!("{here}?sslmode=verify-full&sslrootcert=right.pem"));
    assert_eq!(said.code, Some(0), "{said:?}");
    let said = migrate(&place, &format!("{here}?sslmode=require&sslrootcert=right.pem"));
    assert_eq!(said.code, Some(0), "{said:?}");
    // The system's roots, which the variable puts others in place of.
    let by_variable = ["migrate", "--database", &format!("{here}?sslmode=require")];
    let said = finish(place.command(&by_variable).env("SSL_CERT_FILE", place.path("right.pem")));
    assert_eq!(said.code, Some(0), "{said:?}");

    let unknown = "name its own with sslrootcert=FILE";
    assert_refused(&migrate(&place, &format!("{here}?sslmode=verify-full&sslrootcert=wrong.pem")), unknown);
    assert_refused(&migrate(&place, &format!("{here}?sslmode=require&sslrootcert=impostor.pem")), unknown);
    let other_name = format!("postgres://reeve@localhost:{}/postgres", postgres.port());
    let said = migrate(&place, &format!("{other_name}?sslmode=verify-full&sslrootcert=right.pem"));
    assert_refused(&said, "name the host as its certificate does");
    assert_refused(&migrate(&place, &here), "no encryption");
    assert_refused(&migrate(&place, &format!("{here}?sslmode=verify-full&sslrootcert=gone.pem")), "gone.pem can't be");

    let server = place.serve(&["--database", &format!("{here}?sslmode=verify-full&sslrootcert=right.pem")]);
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn a_server_without_tls_is_refused_where_tls_is_required() {
    let Some(postgres) = own_postgres(&[], &[]) else { return };
    let place = Place::new();
    place.write("root.pem", &Authority::named("Ours").pem);
    for mode in ["require", "verify-full"] {
        let said = migrate(&place, &format!("{}?sslmode={mode}&sslrootcert=root.pem", postgres.url()));
        assert_refused(&said, "server does not support TLS");
    }
    assert_refused(&migrate(&place, &format!("{}?sslmode=prefer", postgres.url())), "use sslmode=verify-full");
}

#[test]
fn a_certificate_that_vouches_for_itself_is_believed_unless_it_is_an_authority() {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate can be made");
    let (certificate, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    let mut about = CertificateParams::new(["127.0.0.1".to_owned()]).expect("a name");
    about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = about.self_signed(&own.signing_key).expect("a certificate can be made").pem();
    let settings = ["ssl=on", "ssl_cert_file=../server.crt", "ssl_key_file=../server.key"];
    let place = Place::new();
    for (certificate, is_believed) in [(certificate, true), (authority, false)] {
        let files = [("server.crt", certificate.as_str()), ("server.key", &key)];
        let Some(postgres) = own_postgres(&settings, &files) else { return };
        place.write("root.pem", &certificate);
        let said = migrate(&place, &format!("{}?sslmode=verify-full&sslrootcert=root.pem", postgres.url()));
        if is_believed {
            assert_eq!(said.code, Some(0), "{said:?}");
        } else {
            assert_refused(&said, "an authority's certificate is no server's");
        }
    }
}
