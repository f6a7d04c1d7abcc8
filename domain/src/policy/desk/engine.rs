//! The engine behind the desk.

use std::collections::BTreeMap;

use super::Around;
use crate::policy::{
    asset::Asset,
    catalogue::Catalogue,
    effective::{Effective, Layer},
    read::read_value,
    scope::{Source, WorkloadType},
    system::system,
    view::LayerView,
};

/// The engine, with what is around a document understood once for many questions.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(super) of: WorkloadType,
    pub(super) scope: Source,
    pub(super) above: Vec<Layer>,
    /// What the policies above come to.
    pub(super) effective: Effective,
    pub(super) below: Vec<Vec<Layer>>,
    pub(super) assets: Vec<Asset>,
    pub(super) names: BTreeMap<String, String>,
}

impl Desk {
    pub fn new(around: Around) -> Self {
        let Around { workload_type: of, scope, above, below, assets, names } = around;
        let mut above = layers(of, &above);
        if !above.iter().any(|layer| layer.source.is_system()) {
            above.insert(0, system(of));
        }
        let effective = Effective::of(of, &above);
        let below = below.iter().map(|way| layers(of, way)).collect();
        Self { of, scope, above, effective, below, assets, names }
    }

    pub(super) fn catalogue(&self) -> &'static Catalogue {
        Catalogue::of(self.of)
    }

    pub(super) fn asset(&self, id: &str) -> Option<Asset> {
        self.assets.iter().find(|asset| asset.id == id).cloned()
    }
}

fn layers(of: WorkloadType, views: &[LayerView]) -> Vec<Layer> {
    let layer =
        |view: &LayerView| Layer::new(view.source.clone(), read_value(&view.policy, of).document);
    views.iter().map(layer).collect()
}
