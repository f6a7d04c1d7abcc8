//! How an effective policy travels to the browser: as one document a source, each with only what is
//! in force. There it is reconciled again, and the form resolves and evaluates by itself.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    WorkloadType,
    document::Document,
    effective::{Effective, Layer},
    read::read_value,
    scope::Source,
};

/// What one source contributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerView {
    pub source: Source,
    /// A policy document.
    pub policy: Value,
}

impl From<&Layer> for LayerView {
    fn from(layer: &Layer) -> Self {
        Self { source: (*layer.source).clone(), policy: layer.document.to_value() }
    }
}

impl Effective {
    /// One document a source, root first, with what is in force and nothing that is overridden.
    pub fn views(&self) -> Vec<LayerView> {
        let mut documents: BTreeMap<Arc<Source>, Document> = BTreeMap::new();
        let mut of = |source: &Arc<Source>, add: &dyn Fn(&mut Document)| {
            let document = documents.entry(source.clone());
            add(document.or_insert_with(|| Document::empty(self.catalogue)));
        };
        for (unit, own) in &self.defaults {
            of(&own.source, &|to| {
                to.defaults.insert(*unit, own.value.clone());
            });
        }
        for (list, items) in &self.instances {
            for own in items {
                of(&own.source, &|to| {
                    to.instances.entry(*list).or_default().push(own.value.clone());
                });
            }
        }
        for (unit, own) in &self.rules {
            of(&own.source, &|to| {
                to.rules.insert(*unit, own.value.clone());
            });
        }
        for (id, source) in &self.imposed {
            of(source, &|to| to.imposed.push(id.clone()));
        }
        let view = |(source, document): (Arc<Source>, Document)| {
            LayerView::from(&Layer { source, document: Arc::new(document) })
        };
        documents.into_iter().map(view).collect()
    }

    /// The effective policy again; items of lists may stand in another order.
    pub fn from_views(of: WorkloadType, views: &[LayerView]) -> Self {
        let layer = |view: &LayerView| {
            Layer::new(view.source.clone(), read_value(&view.policy, of).document)
        };
        let layers: Vec<Layer> = views.iter().map(layer).collect();
        Self::of(of, &layers)
    }
}
