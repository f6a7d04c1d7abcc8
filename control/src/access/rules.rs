//! Access rules: giving somebody a role on a place, and taking it back. Nobody gives or takes what they do not have
//! there themselves, and a local user who administrates everything is left.

use std::sync::Arc;

use domain::{
    AccessRuleId, Scope, Timestamp,
    access::{
        AccessRule, Action, Actor, Forbidden, Resource, ResourceType, Role, RuleSubject,
        SubjectKind, check_group,
    },
    audit::Subject,
};
use store::AccessChange;

use super::{Making, changed, users::last_administrator};
use crate::{ControlPlane, Error, Result, World};

/// A subject as people name it: an e-mail address, the id of a client, the name of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectName {
    pub kind: SubjectKind,
    pub id: String,
}

/// A rule as somebody asks for it.
#[derive(Clone, Debug)]
pub struct NewRule {
    pub subject: SubjectName,
    pub role: Role,
    pub scope: Scope,
}

/// A rule that was asked for, and what became of it.
pub type RuleMade = (NewRule, Result<Arc<AccessRule>>);

impl World {
    /// The subject of that name.
    fn subject(&self, of: &SubjectName) -> Result<RuleSubject> {
        let missing = || Error::not_found("subject (subjectId)", &of.id);
        match of.kind {
            SubjectKind::User => {
                let found = self.users.values().find(|u| u.id.to_string() == of.id);
                let found = found.or_else(|| self.user_by_email(&of.id));
                found.map(|user| RuleSubject::User(user.id)).ok_or_else(missing)
            }
            SubjectKind::ServiceAccount => {
                let own = self.applications.values().filter(|client| client.owner.is_none());
                let is = |id: &str, client_id: &str| id == of.id || client_id == of.id;
                let mut own = own.filter(|client| is(&client.id.to_string(), &client.client_id));
                own.next().map(|of| RuleSubject::ServiceAccount(of.id)).ok_or_else(missing)
            }
            SubjectKind::Group => match check_group(&of.id) {
                Some(wrong) => Err(Error::field("subjectId", "group.name", wrong)),
                None => Ok(RuleSubject::Group(of.id.clone())),
            },
        }
    }

    /// How people call a subject.
    pub fn subject_name(&self, of: &RuleSubject) -> String {
        match of {
            RuleSubject::User(id) => self.users.get(id).map(|user| user.email.clone()),
            RuleSubject::ServiceAccount(id) => {
                self.applications.get(id).map(|of| of.client_id.clone())
            }
            RuleSubject::Group(name) => Some(name.clone()),
        }
        .unwrap_or_default()
    }

    /// What a place is called; empty where it is gone.
    pub fn scope_name(&self, scope: Scope) -> String {
        self.source(scope).name.to_string()
    }

    /// Whether the actor has all that the role gives there: only then they may give or take it.
    pub fn may_give(&self, actor: &Actor, role: Role, scope: Scope) -> bool {
        let given = self.rights_of_role(role, scope);
        given.is_some_and(|given| actor.rights.cover(&given))
    }
}

impl ControlPlane {
    /// The rules on places whose rules `actor` may see, oldest first.
    pub fn access_rules(&self, actor: &Actor, world: &World) -> Result<Vec<Arc<AccessRule>>> {
        actor.may_somewhere(Action::Read, ResourceType::AccessRules)?;
        let seen = world.access_rules.values();
        Ok(seen.filter(|rule| sees(actor, rule)).cloned().collect())
    }

    /// Those that have ended, the last first.
    pub async fn ended_access_rules(&self, actor: &Actor) -> Result<Vec<Arc<AccessRule>>> {
        actor.may_somewhere(Action::Read, ResourceType::AccessRules)?;
        let ended = self.inner.store.ended_access_rules().await?;
        Ok(ended.into_iter().filter(|rule| sees(actor, rule)).map(Arc::new).collect())
    }

    pub fn access_rule(
        &self,
        actor: &Actor,
        world: &World,
        id: AccessRuleId,
    ) -> Result<Arc<AccessRule>> {
        let found = world.access_rules.get(&id).filter(|rule| sees(actor, rule));
        found.cloned().ok_or_else(|| Error::not_found("access rule", id))
    }

    /// Gives a role. One who has it already keeps the rule that there is.
    pub async fn create_access_rule(&self, actor: &Actor, new: NewRule) -> Result<Arc<AccessRule>> {
        actor.may_somewhere(Action::Create, ResourceType::AccessRules)?;
        let (actor, making) = (actor.clone(), self.written_by(actor));
        self.change(move |world, now| {
            if world.line_of(new.scope).is_none() || !actor.sees(new.scope) {
                return Err(Error::not_found("scope (scopeId)", new.scope.id()));
            }
            actor.may(Action::Create, Resource::AccessRule(new.scope))?;
            let subject = world.subject(&new.subject)?;
            if !world.may_give(&actor, new.role, new.scope) {
                return Err(too_much(&actor, "give", new.role));
            }
            let same = |rule: &&Arc<AccessRule>| {
                rule.subject == subject && rule.role == new.role && rule.scope == new.scope
            };
            if let Some(rule) = world.access_rules.values().find(same) {
                return Ok((vec![], rule.clone()));
            }
            let rule = AccessRule {
                id: world.next_rule(),
                subject,
                role: new.role,
                scope: new.scope,
                created_by: making.by.clone(),
                created_at: now,
                deleted_at: None,
            };
            let entry = entry(&making, now, None, Some(&rule));
            Ok((vec![changed(AccessChange::Rule(rule.clone())), entry], Arc::new(rule)))
        })
        .await
    }

    /// Gives a role to several, on several places; one that is refused does not keep the others from it.
    pub async fn create_access_rules(
        &self,
        actor: &Actor,
        role: Role,
        subjects: &[SubjectName],
        scopes: &[Scope],
    ) -> Vec<RuleMade> {
        let mut made = Vec::new();
        for subject in subjects {
            for scope in scopes {
                let new = NewRule { subject: subject.clone(), role, scope: *scope };
                made.push((new.clone(), self.create_access_rule(actor, new).await));
            }
        }
        made
    }

    /// Takes a role back; `try_only` says whether that would be refused, and does nothing.
    pub async fn delete_access_rule(
        &self,
        actor: &Actor,
        id: AccessRuleId,
        try_only: bool,
    ) -> Result<()> {
        self.access_rule(actor, &self.world(), id)?;
        let (actor, making) = (actor.clone(), self.written_by(actor));
        self.change(move |world, now| {
            let rule = world.access_rules.get(&id);
            let rule = rule.ok_or_else(|| Error::not_found("access rule", id))?;
            actor.may(Action::Delete, Resource::AccessRule(rule.scope))?;
            if world.line_of(rule.scope).is_some() && !world.may_give(&actor, rule.role, rule.scope)
            {
                return Err(too_much(&actor, "take", rule.role));
            }
            let is_this = |other: &AccessRule| other.id == id;
            if world.has_administrator() && !world.keeps_an_administrator(is_this) {
                return Err(last_administrator("accessRuleId"));
            }
            if try_only {
                return Ok((vec![], ()));
            }
            let mut changes = world.without_rules(is_this, now);
            changes.push(entry(&making, now, Some(rule), None));
            Ok((changes, ()))
        })
        .await
    }
}

fn sees(actor: &Actor, rule: &AccessRule) -> bool {
    actor.is_allowed(Action::Read, Resource::AccessRule(rule.scope))
}

fn too_much(actor: &Actor, verb: &str, role: Role) -> Error {
    let what = format!("{verb} the role {role} there, which allows more than they may");
    Error::Forbidden(Forbidden { who: actor.name.clone(), what })
}

fn entry(
    making: &Making,
    at: Timestamp,
    before: Option<&AccessRule>,
    after: Option<&AccessRule>,
) -> store::Change {
    let written = |rule: &AccessRule| serde_json::to_value(rule).ok();
    let id = before.or(after).map_or(AccessRuleId(0), |rule| rule.id);
    let subject = Subject::AccessRule { id };
    making.entry(at, subject, before.and_then(written), after.and_then(written))
}
