//! Roles in a project or department, listed and given on the server.

use control::{ControlPlane, Error, NewRule, SubjectName, World};
use domain::{
    DepartmentId, ProjectId, Scope,
    access::{AccessRule, Action, Actor, Resource, Role, SubjectKind},
};

use super::data::{AccessRow, Accesses, Given, Unit};

pub fn place(unit: Unit, id: i32) -> Scope {
    match unit {
        Unit::Project => Scope::Project(ProjectId(id)),
        Unit::Department => Scope::Department(DepartmentId(id)),
    }
}

pub fn list(control: &ControlPlane, actor: &Actor, unit: Unit, id: i32) -> Result<Accesses, Error> {
    let (world, here) = (control.world(), place(unit, id));
    // What they may not see is not there.
    match unit {
        Unit::Project => drop(control.project(actor, &world, ProjectId(id))?),
        Unit::Department => drop(control.department(actor, &world, DepartmentId(id))?),
    }
    actor.may(Action::Read, Resource::AccessRule(here))?;
    let line = world.line_of(here).unwrap_or_default();
    let rules = control.access_rules(actor, &world)?;
    let mut holding: Vec<_> = rules.iter().filter(|rule| line.passes(rule.scope)).collect();
    holding.sort_by_key(|rule| (std::cmp::Reverse(rule.scope.level()), rule.id));
    let may_give = actor.is_allowed(Action::Create, Resource::AccessRule(here));
    let roles = Role::ALL.into_iter().filter(|role| may_give && world.may_give(actor, *role, here));
    Ok(Accesses {
        rows: holding.into_iter().map(|rule| row(actor, &world, here, rule)).collect(),
        roles: roles.map(|role| (role.id().to_string(), role.name().to_owned())).collect(),
    })
}

fn row(actor: &Actor, world: &World, here: Scope, rule: &AccessRule) -> AccessRow {
    let noun = rule.scope.level().noun();
    let place = match world.scope_name(rule.scope) {
        name if name.is_empty() => noun.to_owned(),
        name => format!("{noun} {name}"),
    };
    let may_take = rule.scope == here
        && actor.is_allowed(Action::Delete, Resource::AccessRule(here))
        && world.may_give(actor, rule.role, here);
    AccessRow {
        rule: rule.id,
        subject: world.subject_name(&rule.subject),
        kind: rule.subject.kind().title().to_owned(),
        role: rule.role.name().to_owned(),
        place,
        may_take,
    }
}

pub async fn give(control: &ControlPlane, actor: &Actor, given: Given) -> Result<(), Error> {
    let role = Role::ALL.into_iter().find(|role| role.id().to_string() == given.role);
    let role = role.ok_or_else(|| Error::not_found("role", &given.role))?;
    let kind = SubjectKind::named(&given.kind);
    let kind = kind.ok_or_else(|| Error::not_found("type of subject", &given.kind))?;
    let id = given.subject.trim().to_owned();
    if id.is_empty() {
        let message = "Enter who is to have the role";
        return Err(Error::field("subject", "subject.required", message));
    }
    let new =
        NewRule { subject: SubjectName { kind, id }, role, scope: place(given.unit, given.id) };
    match control.create_access_rule(actor, new).await {
        Err(Error::NotFound { .. }) => {
            let message = format!("There is no {} {}", kind.title().to_lowercase(), given.subject);
            Err(Error::field("subject", "subject.unknown", message))
        }
        made => made.map(drop),
    }
}
