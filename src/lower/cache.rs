//! Equal settings of targets are stored once: most targets of a file are alike.

use rustc_hash::FxHashMap;

use crate::model::{TargetSettings, TargetSettingsId};

/// Finds equal target settings. Neighbours are mostly alike, so the last one is compared first.
#[derive(Debug, Default)]
pub(super) struct SettingsCache {
    ids: FxHashMap<TargetSettings, TargetSettingsId>,
    last: Option<(TargetSettings, TargetSettingsId)>,
}

impl SettingsCache {
    /// The id of these settings, which are stored if they are new.
    pub(super) fn id(&mut self, settings: &TargetSettings, stored: &mut Vec<TargetSettings>) -> TargetSettingsId {
        if let Some((last, id)) = &self.last
            && last == settings
        {
            return *id;
        }
        let id = *self.ids.entry(*settings).or_insert_with(|| {
            stored.push(*settings);
            TargetSettingsId(stored.len() as u32 - 1)
        });
        self.last = Some((*settings, id));
        id
    }
}
