//! Why a field is governed as it is: who says what about it, and who wins (`policies.md` §5).

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{
    WorkloadType,
    catalogue::{Catalogue, Unit},
    effective::{Effective, Layer},
    scope::Source,
};

/// Everything that the policies on the way to a scope say about one field, root first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The path below `rules`.
    pub field: String,
    /// Which rules object wins.
    pub precedence: Precedence,
    pub rules: Vec<Claim>,
    pub defaults: Vec<Claim>,
}

/// Which policy wins where several speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Precedence {
    Closest,
    Farthest,
}

/// What one scope says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    pub source: Source,
    pub says: Value,
    pub in_force: bool,
}

/// Explains the field, list or attribute at `path` (`ports`, `ports.attributes.container`); `None`
/// when there is no such thing.
pub fn explain(of: WorkloadType, layers: &[Layer], path: &str) -> Option<Explanation> {
    let catalogue = Catalogue::of(of);
    let unit = catalogue.unit_at(path)?;
    let effective = Effective::of(of, layers);
    let mut layers: Vec<&Layer> = layers.iter().collect();
    layers.sort_by_key(|layer| layer.source.scope);
    let claims = |says: &dyn Fn(&Layer) -> Option<(Value, bool)>| {
        let claim = |layer: &&Layer| {
            let (says, in_force) = says(layer)?;
            Some(Claim { source: (*layer.source).clone(), says, in_force })
        };
        layers.iter().filter_map(claim).collect::<Vec<_>>()
    };
    let rules = claims(&|layer| {
        let rule = layer.document.rules.get(&unit)?;
        let winner = effective.rule(unit).is_some_and(|own| own.source == layer.source);
        Some((Value::Object(rule.to_value()), winner))
    });
    let defaults = claims(&|layer| default(&effective, layer, unit));
    let precedence = match catalogue.is_strict(unit) {
        true => Precedence::Farthest,
        false => Precedence::Closest,
    };
    Some(Explanation { field: catalogue.path(unit), precedence, rules, defaults })
}

fn default(effective: &Effective, layer: &Layer, unit: Unit) -> Option<(Value, bool)> {
    let Unit::Instances(list) = unit else {
        let value = layer.document.defaults.get(&unit)?;
        let winner = effective.defaults.get(&unit).is_some_and(|own| own.source == layer.source);
        return Some(((**value).clone(), winner));
    };
    let items = layer.document.instances.get(&list)?;
    let says = items.iter().map(|item| item.to_value(effective.catalogue, list)).collect();
    let standing = effective.instances.get(&list).into_iter().flatten();
    Some((says, standing.into_iter().any(|own| own.source == layer.source)))
}

/// One line a claim, for a terminal.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let winner = match self.precedence {
            Precedence::Closest => "closest to",
            Precedence::Farthest => "farthest from",
        };
        writeln!(
            f,
            "{}: the rules {winner} the workload win, and the closest default",
            self.field
        )?;
        let rules = self.rules.iter().map(|claim| ("rule", claim));
        for (what, claim) in rules.chain(self.defaults.iter().map(|claim| ("default", claim))) {
            let state = if claim.in_force { "in force" } else { "overridden" };
            writeln!(f, "{what:<8}{state:<12}{}: {}", claim.source, claim.says)?;
        }
        Ok(())
    }
}
