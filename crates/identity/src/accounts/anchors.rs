//! Remembered places of long lists, so that any page of them is near.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::OrganizationId;

use super::search::Search;
use super::sort::{Place, Sort};
use super::summary;
use crate::{Operation, Result};

/// Every so many accounts a place is remembered.
const STEP: u64 = 1_000;

/// The remembered places of the lists of this process; a megabyte for ten million accounts.
#[derive(Default)]
pub struct ListAnchors(Mutex<HashMap<(OrganizationId, Sort), Remembered>>);

#[derive(Clone)]
struct Remembered {
    generation: i64,
    places: Arc<Vec<Place>>,
}

impl ListAnchors {
    /// The remembered place at or before entry `offset` of a whole list, and how many entries lie between them;
    /// `None` for the list's beginning. The places are found anew when accounts came, went or moved.
    pub(super) async fn near(
        &self,
        op: &mut Operation<'_>,
        search: &Search<'_>,
        offset: u64,
    ) -> Result<(Option<Place>, u64)> {
        let generation = summary::generation(op).await?;
        let key = (search.organization, search.sort);
        let remembered = self.remembered(&key).filter(|remembered| remembered.generation == generation);
        let places = if let Some(remembered) = remembered {
            remembered.places
        } else {
            let places = Arc::new(search.every(&mut op.tx, STEP).await?);
            let fresh = Remembered { generation, places: Arc::clone(&places) };
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, fresh);
            places
        };
        // A place is beyond itself: the entry that it names is skipped by whoever starts there.
        let index = offset.saturating_sub(1) / STEP;
        match places.get(usize::try_from(index).unwrap_or(usize::MAX)) {
            Some(place) if offset > 0 => Ok((Some(place.clone()), offset - index * STEP - 1)),
            _ => Ok((None, offset)),
        }
    }

    fn remembered(&self, key: &(OrganizationId, Sort)) -> Option<Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }
}
