//! The files a browser needs besides the page: style, script, fonts, pictures, each under a name with its hash.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "assets"]
struct Files;

struct Asset {
    content_type: &'static str,
    etag: String,
    body: Vec<u8>,
    gzip: Option<Vec<u8>>,
}

struct Catalogue {
    /// From a plain name, as `reeve.css`, to the address it is served at.
    addresses: BTreeMap<String, String>,
    /// From the served name, as `reeve.1f0c3a5b7d9e2468.css`.
    assets: BTreeMap<String, Asset>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::read);

/// The address of an asset, as `/assets/reeve.1f0c3a5b7d9e2468.css` for `reeve.css`.
pub(crate) fn address(name: &str) -> &'static str {
    // Templates name assets literally, and a test follows every one of them.
    CATALOGUE.addresses.get(name).map_or("/assets/missing", String::as_str)
}

/// `GET /assets/{file}`: a file that never changes under its name.
pub(crate) async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = CATALOGUE.assets.get(&file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let says = |name, text: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(text))
    };
    let answer = Response::builder()
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::ETAG, &asset.etag)
        .header(header::VARY, "Accept-Encoding");
    let answer = if says(header::IF_NONE_MATCH, &asset.etag) {
        answer.status(StatusCode::NOT_MODIFIED).body(Body::empty())
    } else {
        let answer = answer.header(header::CONTENT_TYPE, asset.content_type);
        match &asset.gzip {
            Some(gzip) if says(header::ACCEPT_ENCODING, "gzip") => {
                answer.header(header::CONTENT_ENCODING, "gzip").body(Body::from(gzip.as_slice()))
            }
            _ => answer.body(Body::from(asset.body.as_slice())),
        }
    };
    answer.expect("every header is valid: it comes from this file")
}

impl Catalogue {
    /// Reads all files once: others first, then the style, whose `url(…)` must name what they became.
    fn read() -> Self {
        let mut catalogue = Catalogue { addresses: BTreeMap::new(), assets: BTreeMap::new() };
        let (style, other): (Vec<_>, Vec<_>) = Files::iter().partition(|name| name.ends_with(".css"));
        for name in other.iter().chain(&style) {
            let Some(file) = Files::get(name) else { continue };
            let mut bytes = file.data.into_owned();
            if let Some(("css", text)) = extension(name).zip(std::str::from_utf8(&bytes).ok()) {
                bytes = catalogue.with_hashed_references(text).into_bytes();
            }
            catalogue.add(name, bytes);
        }
        catalogue
    }

    fn add(&mut self, name: &str, body: Vec<u8>) {
        let Some((stem, extension)) = name.rsplit_once('.') else {
            return;
        };
        let Some(content_type) = content_type(extension) else {
            return;
        };
        let hash = fingerprint(&body);
        let served = format!("{stem}.{hash}.{extension}");
        // Fonts are compressed already.
        let gzip = (extension != "woff2").then(|| gzip(&body));
        self.addresses.insert(name.to_owned(), format!("/assets/{served}"));
        self.assets.insert(served, Asset { content_type, etag: format!("\"{hash}\""), body, gzip });
    }

    /// The style with each `url(name)` replaced by the address of that file.
    fn with_hashed_references(&self, style: &str) -> String {
        let mut parts = style.split("url(");
        let mut rewritten = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once(')').unwrap_or((part, ""));
            let address = self.addresses.get(name).map_or(name, String::as_str);
            rewritten.extend(["url(", address, ")", rest]);
        }
        rewritten
    }
}

fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, extension)| extension)
}

fn content_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

/// Sixteen hexadecimal digits that change when the content does (FNV-1a, 64 bits): nobody but us writes these files,
/// so it need not withstand an attacker.
fn fingerprint(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory can't fail")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_names_its_files_with_their_hash() {
        let name = address("reeve.css").strip_prefix("/assets/").expect("every address starts so");
        let style = &CATALOGUE.assets[name];
        let text = std::str::from_utf8(&style.body).expect("the style is text");
        for reference in text.split("url(").skip(1) {
            let address = reference.split(')').next().expect("it was split there");
            let file = address.strip_prefix("/assets/").unwrap_or_else(|| panic!("{address} is not rewritten"));
            assert!(CATALOGUE.assets.contains_key(file), "{address} is not served");
        }
    }

    #[test]
    fn sizes_keep_to_the_budget() {
        for (name, kilobytes) in [("reeve.css", 16), ("reeve.js", 3), ("icons.svg", 6), ("htmx.js", 14)] {
            let file = address(name).strip_prefix("/assets/").expect("every address starts so");
            let gzip = CATALOGUE.assets[file].gzip.as_ref().expect("text is compressed");
            assert!(gzip.len() <= kilobytes * 1024, "{name} takes {} bytes", gzip.len());
        }
    }
}
