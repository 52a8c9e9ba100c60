//! The presets: which one is in force, and the way to another.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use identity::settings::{self, Preset};

use super::plan::preset_href;
use super::{Link, links, present};
use crate::caller::Member;
use crate::failure::Failure;
use crate::frame::Frame;
use crate::render::{filters, page};
use crate::site::Site;

#[derive(Template)]
#[template(path = "console/settings/overview.html")]
struct OverviewPage {
    frame: Frame,
    links: Vec<Link>,
    presets: Vec<Card>,
}

struct Card {
    title: &'static str,
    purpose: &'static str,
    deviations: Vec<&'static str>,
    href: String,
    /// How many settings would change.
    differing: usize,
}

/// `GET /console/policies`.
pub(crate) async fn show(State(site): State<Site>, frame: Frame, member: Member) -> Result<Response, Failure> {
    let present = present(&site, &member).await?;
    let card = |preset: Preset| Card {
        title: preset.title(),
        purpose: preset.purpose(),
        deviations: preset.deviations().collect(),
        href: preset_href(preset),
        differing: settings::changes(&present, &preset.values()).map_or(0, |changes| changes.len()),
    };
    Ok(page(&OverviewPage { frame, links: links(None), presets: Preset::ALL.into_iter().map(card).collect() }))
}
