//! From access rules to actors: what somebody's rules come to in the tree as it is now. It is worked out for each
//! request, so that a rule that is taken away is gone at the next one.

use std::sync::Arc;

use domain::{
    AccessRuleId, Scope,
    access::{AccessRule, Actor, Application, Principal, Rights, Role, RuleSubject, User},
};
use store::AccessChange;

use crate::World;

impl World {
    /// The rules of somebody, and those of their groups.
    pub fn rules_of(&self, who: Principal) -> impl Iterator<Item = &Arc<AccessRule>> {
        let groups = match who {
            Principal::User(id) => self.users.get(&id).map(|user| &user.groups),
            Principal::Application(_) | Principal::Berth => None,
        };
        let is_theirs = move |rule: &RuleSubject| match rule {
            RuleSubject::Group(name) => groups.is_some_and(|groups| groups.contains(name)),
            subject => subject.is(who),
        };
        self.access_rules.values().filter(move |rule| is_theirs(&rule.subject))
    }

    /// What somebody may.
    pub fn rights_of(&self, who: Principal) -> Rights {
        self.rights_by(self.rules_of(who))
    }

    /// What a member of this group may.
    pub(super) fn rights_of_group(&self, name: &str) -> Rights {
        let is_its = |rule: &&Arc<AccessRule>| matches!(&rule.subject, RuleSubject::Group(own) if own == name);
        self.rights_by(self.access_rules.values().filter(is_its))
    }

    fn rights_by<'w>(&'w self, rules: impl Iterator<Item = &'w Arc<AccessRule>>) -> Rights {
        let mut rights = Rights::default();
        for rule in rules {
            if let Some(line) = self.line_of(rule.scope) {
                rights.add(rule.role, &line, self.places_below(rule.scope));
            }
        }
        rights
    }

    /// What a role on a place comes to; `None` where there is no such place.
    pub fn rights_of_role(&self, role: Role, scope: Scope) -> Option<Rights> {
        Some(Rights::of(role, &self.line_of(scope)?, self.places_below(scope)))
    }

    /// The departments and projects below a place. The account needs none: its rules hold everywhere.
    fn places_below(&self, scope: Scope) -> Vec<Scope> {
        if matches!(scope, Scope::System | Scope::Account | Scope::Project(_)) {
            return vec![];
        }
        let departments = self.departments.keys().map(|id| Scope::Department(*id));
        let projects = self.projects.keys().map(|id| Scope::Project(*id));
        let all = departments.chain(projects).filter(|place| *place != scope);
        all.filter(|place| self.line_of(*place).is_some_and(|line| line.passes(scope))).collect()
    }

    /// The actor that a user is.
    pub fn actor_of(&self, user: &User) -> Actor {
        let who = Principal::User(user.id);
        let actor = Actor::new(who, user.email.clone(), self.rights_of(who));
        actor.member_of(user.groups.clone())
    }

    /// The actor that a client is, while it is enabled: a service account itself, an access key its user.
    pub fn actor_of_application(&self, client_id: &str) -> Option<Actor> {
        let found = self.applications.values().find(|a| a.client_id == client_id && a.enabled)?;
        match found.owner {
            Some(owner) => {
                let user = self.users.get(&owner).filter(|user| !user.must_change_password)?;
                Some(self.actor_of(user))
            }
            None => Some(self.actor_of_service_account(found)),
        }
    }

    fn actor_of_service_account(&self, of: &Application) -> Actor {
        let who = Principal::Application(of.id);
        Actor::new(who, of.name.clone(), self.rights_of(who))
    }

    /// How often everything that somebody was signed in with has been ended.
    pub fn sign_outs(&self, actor: &Actor) -> u32 {
        let Principal::User(id) = actor.who else { return 0 };
        self.users.get(&id).map_or(0, |user| user.sign_outs)
    }

    /// Somebody as they are now; `None` when they may not act any more.
    pub fn actor_again(&self, actor: &Actor) -> Option<Actor> {
        match actor.who {
            Principal::User(id) => Some(self.actor_of(self.users.get(&id)?)),
            Principal::Application(id) => {
                let found = self.applications.get(&id).filter(|found| found.enabled)?;
                Some(self.actor_of_service_account(found))
            }
            Principal::Berth => Some(actor.clone()),
        }
    }

    /// Whether a local user is left who administrates everything, once the rules that `ends` takes are gone.
    pub(crate) fn keeps_an_administrator(&self, ends: impl Fn(&AccessRule) -> bool) -> bool {
        self.access_rules.values().any(|rule| {
            let RuleSubject::User(id) = &rule.subject else { return false };
            let is_local = self.users.get(id).is_some_and(|user| user.password_hash.is_some());
            rule.role == Role::SystemAdministrator
                && rule.scope == Scope::Account
                && is_local
                && !ends(rule)
        })
    }

    /// The number of the next access rule.
    pub(crate) fn next_rule(&self) -> AccessRuleId {
        AccessRuleId(self.last_access_rule.saturating_add(1))
    }

    pub(crate) fn apply_access(&mut self, change: &AccessChange) {
        match change {
            AccessChange::User(user) => drop(self.users.insert(user.id, user.clone())),
            AccessChange::DeleteUser(id) => drop(self.users.remove(id)),
            AccessChange::EndSessions(_) => {}
            AccessChange::Application(of) => drop(self.applications.insert(of.id, of.clone())),
            AccessChange::DeleteApplication(id) => drop(self.applications.remove(id)),
            AccessChange::Rule(rule) => {
                self.last_access_rule = self.last_access_rule.max(rule.id.0);
                match rule.deleted_at {
                    Some(_) => drop(self.access_rules.remove(&rule.id)),
                    None => drop(self.access_rules.insert(rule.id, Arc::new(rule.clone()))),
                }
            }
        }
    }
}
