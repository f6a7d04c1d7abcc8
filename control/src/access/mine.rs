//! What somebody may themselves: their rules, what these allow, and where.

use std::sync::Arc;

use domain::{
    Scope,
    access::{AccessRule, Action, Actor, ResourceType},
};

use crate::{ControlPlane, World};

/// The widest places where something may be done; each stands for all that lies below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermittedScopes(pub Vec<Scope>);

impl ControlPlane {
    /// The actor's own rules, oldest first.
    pub fn my_access_rules(&self, actor: &Actor, world: &World) -> Vec<Arc<AccessRule>> {
        world.rules_of(actor.who).cloned().collect()
    }

    /// Where the actor may do this.
    pub fn permitted_scopes(
        &self,
        actor: &Actor,
        world: &World,
        action: Action,
        of: ResourceType,
    ) -> PermittedScopes {
        let mut found = Vec::new();
        for rule in world.rules_of(actor.who) {
            let (permissions, line) = (rule.role.permissions(), world.line_of(rule.scope));
            let Some(line) = line.filter(|_| permissions.allow(action, of)) else { continue };
            if of.belongs_to(rule.scope.level()) {
                found.push(rule.scope);
            } else if of.row().above.has(action) {
                let mut above =
                    line.scopes().into_iter().filter(|scope| of.belongs_to(scope.level()));
                found.extend(above.next_back());
            }
        }
        found.sort();
        found.dedup();
        let is_below = |scope: &Scope, wider: &Scope| {
            wider != scope && world.line_of(*scope).is_some_and(|line| line.passes(*wider))
        };
        let all = found.clone();
        found.retain(|scope| !all.iter().any(|wider| is_below(scope, wider)));
        PermittedScopes(found)
    }
}
