//! The doors: HTTP in, operations called, HTTP out; knows no SQL.

mod api;
mod assets;
mod caller;
mod console;
mod cookies;
mod csrf;
mod download;
mod errands;
mod error_pages;
mod errors;
mod failure;
mod fields;
mod frame;
mod input;
#[cfg(debug_assertions)]
mod kit;
mod notice;
mod page_size;
mod portal;
mod posted_file;
mod progress;
mod render;
pub mod routes;
mod security_headers;
mod site;
mod theme;

pub use site::Site;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

/// The version that pages show.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// No form is larger: five hundred ticked users and a token take some 25 kB.
const MOST_BYTES_OF_A_FORM: usize = 256 * 1024;

/// Every door of `site`, ready to be served.
///
/// The layers stand in the order a request passes them from bottom to top: headers for every answer, who is knocking,
/// the token of their forms, the notice that a page has shown, pages in place of failures, and last the guard.
pub fn router(site: Site) -> Router {
    let doors = routes::router();
    #[cfg(debug_assertions)]
    let doors = doors.route("/kit", get(kit::show)).route("/console/kit/defect", get(kit::defect));
    let doors = doors
        .fallback(error_pages::nowhere)
        .layer(DefaultBodyLimit::max(MOST_BYTES_OF_A_FORM))
        .layer(from_fn(csrf::guard))
        .layer(from_fn(error_pages::show))
        .layer(from_fn_with_state(site.clone(), notice::forget_shown))
        .layer(from_fn_with_state(site.clone(), csrf::give_token))
        .layer(from_fn_with_state(site.clone(), caller::recognize));
    Router::new()
        .route("/assets/{file}", get(assets::serve))
        .merge(doors)
        .layer(from_fn_with_state(site.clone(), security_headers::add))
        .with_state(site)
}
