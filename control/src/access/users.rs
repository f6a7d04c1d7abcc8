//! Local users: making them with a password that somebody else chose for once, and ending them with all that they
//! have.

use std::collections::BTreeSet;

use domain::{
    Scope, Timestamp, UserId,
    access::{
        AccessRule, Action, Actor, Forbidden, Principal, Resource, ResourceType, Role, RuleSubject,
        User, check_email, check_group,
    },
    audit::Subject,
};
use serde_json::{Value, json};
use store::{AccessChange, AssetChange, Change};

use super::{ClientSecret, Making, changed, covers};
use crate::{ControlPlane, Error, Result, World};

/// Random bytes in a temporary password.
const TEMPORARY_BYTES: usize = 12;
/// Groups of one user at most.
const GROUPS_MAX: usize = 200;

/// A user whose address and password are right, not stored yet.
pub(crate) struct PreparedUser {
    email: String,
    hash: String,
    must_change: bool,
    /// Administrates everything.
    pub is_admin: bool,
}

impl World {
    pub(crate) fn user_by_email(&self, email: &str) -> Option<&User> {
        let email = email.trim().to_lowercase();
        self.users.values().find(|user| user.email == email)
    }
}

impl ControlPlane {
    /// Every user, for whoever may see users; by address.
    pub fn users(&self, actor: &Actor, world: &World) -> Result<Vec<User>> {
        actor.may(Action::Read, Resource::User)?;
        let mut all: Vec<_> = world.users.values().cloned().collect();
        all.sort_by(|a, b| (a.created_at, &a.email).cmp(&(b.created_at, &b.email)));
        Ok(all)
    }

    pub fn user(&self, actor: &Actor, world: &World, id: UserId) -> Result<User> {
        actor.may(Action::Read, Resource::User)?;
        world.users.get(&id).cloned().ok_or_else(|| Error::not_found("user", id))
    }

    /// Makes a user with a password of their own.
    pub async fn create_user(&self, actor: &Actor, email: &str, password: &str) -> Result<User> {
        let prepared = self.prepare_user(email, password).await?;
        self.add_user(actor, PreparedUser { is_admin: false, ..prepared }).await
    }

    /// Makes a user with a temporary password, which is said once. Unless `must_change` is false, nothing may be
    /// done with it but choosing another one.
    pub async fn invite_user(
        &self,
        actor: &Actor,
        email: &str,
        must_change: bool,
    ) -> Result<(User, ClientSecret)> {
        actor.may(Action::Create, Resource::User)?;
        let password = self.temporary_password();
        let prepared = self.prepare_user(email, &password).await?;
        let new = PreparedUser { is_admin: false, must_change, ..prepared };
        Ok((self.add_user(actor, new).await?, ClientSecret(password)))
    }

    /// Another temporary password; the old one and everything that was signed in with it are over.
    pub async fn reset_password(&self, actor: &Actor, id: UserId) -> Result<ClientSecret> {
        actor.may(Action::Update, Resource::User)?;
        let password = self.temporary_password();
        let hash = self.hash("password", &password).await?;
        self.change_user(actor, id, "password reset", move |user| {
            (user.password_hash, user.must_change_password) = (Some(hash), true);
        })
        .await?;
        Ok(ClientSecret(password))
    }

    /// Ends everything that the user is signed in with.
    pub async fn sign_out_user(&self, actor: &Actor, id: UserId) -> Result<()> {
        actor.may(Action::Update, Resource::User)?;
        self.change_user(actor, id, "signed out", |_| {}).await
    }

    /// Makes a user a member of these groups and of no others, from the next request on. Nobody is put into a group
    /// that may more than the actor.
    pub async fn set_groups(
        &self,
        actor: &Actor,
        id: UserId,
        groups: BTreeSet<String>,
    ) -> Result<User> {
        actor.may(Action::Update, Resource::User)?;
        if let Some(wrong) = groups.iter().find_map(|name| check_group(name)) {
            return Err(Error::field("groups", "group.name", wrong));
        }
        if groups.len() > GROUPS_MAX {
            return Err(Error::field("groups", "group.many", format!("At most {GROUPS_MAX}")));
        }
        let (actor, making) = (actor.clone(), self.written_by(actor));
        self.change(move |world, now| {
            let old = world.users.get(&id).ok_or_else(|| Error::not_found("user", id))?;
            covers(&actor, &world.rights_of(Principal::User(id)), &old.email)?;
            let new = groups.difference(&old.groups);
            let mut beyond = new.filter(|name| !actor.rights.cover(&world.rights_of_group(name)));
            if let Some(name) = beyond.next() {
                let what = format!("put somebody into group {name}, which may more than they may");
                return Err(Error::Forbidden(Forbidden { who: actor.name.clone(), what }));
            }
            let user = User { groups, updated_at: Some(now), ..old.clone() };
            let (before, after) = (Some(written(old)), Some(written(&user)));
            let entry = making.entry(now, Subject::User { id }, before, after);
            Ok((vec![changed(AccessChange::User(user.clone())), entry], user))
        })
        .await
    }

    /// Changes a user and ends what they are signed in with.
    async fn change_user(
        &self,
        actor: &Actor,
        id: UserId,
        what: &'static str,
        change: impl FnOnce(&mut User) + Send + 'static,
    ) -> Result<()> {
        let (actor, making) = (actor.clone(), self.written_by(actor));
        self.change(move |world, now| {
            let old = world.users.get(&id).ok_or_else(|| Error::not_found("user", id))?;
            covers(&actor, &world.rights_of(Principal::User(id)), &old.email)?;
            let mut user = old.clone();
            change(&mut user);
            user.sign_outs += 1;
            user.updated_at = Some(now);
            let after = json!({"email": user.email, "event": what});
            let entry = making.entry(now, Subject::User { id }, Some(written(old)), Some(after));
            let ends = changed(AccessChange::EndSessions(id));
            Ok((vec![changed(AccessChange::User(user)), ends, entry], ()))
        })
        .await
    }

    /// The own password, for whoever knows the one until now. What else is signed in with it is over.
    pub async fn change_own_password(
        &self,
        actor: &Actor,
        current: &str,
        new: &str,
        from: &str,
    ) -> Result<User> {
        let Principal::User(id) = actor.who else {
            let message = "Only users have a password";
            return Err(Error::field("currentPassword", "password.none", message));
        };
        let user = self.world().users.get(&id).cloned();
        let user = user.ok_or_else(|| Error::not_found("user", id))?;
        self.check_password(&user.email, current, from).await.map_err(|error| match error {
            Error::WrongCredentials => {
                Error::field("currentPassword", "password.wrong", "This is not your password")
            }
            other => other,
        })?;
        if current == new {
            let message = "Choose another password than the one until now";
            return Err(Error::field("newPassword", "password.same", message));
        }
        let hash = self.hash("newPassword", new).await?;
        let making = self.written_by(actor);
        self.change(move |world, now| {
            let old = world.users.get(&id).ok_or_else(|| Error::not_found("user", id))?;
            let user = User {
                password_hash: Some(hash),
                must_change_password: false,
                sign_outs: old.sign_outs + 1,
                updated_at: Some(now),
                ..old.clone()
            };
            let after = json!({"email": user.email, "event": "password set"});
            let entry = making.entry(now, Subject::User { id }, Some(written(old)), Some(after));
            let ends = changed(AccessChange::EndSessions(id));
            Ok((vec![changed(AccessChange::User(user.clone())), ends, entry], user))
        })
        .await
    }

    /// Ends a user, with sessions, access keys, access rules and what they kept for themselves.
    pub async fn delete_user(&self, actor: &Actor, id: UserId) -> Result<()> {
        actor.may(Action::Delete, Resource::User)?;
        if actor.who == Principal::User(id) {
            let message = "Nobody deletes themselves; ask another administrator";
            return Err(Error::field("userId", "user.self", message));
        }
        let (actor, making) = (actor.clone(), self.written_by(actor));
        self.change(move |world, now| {
            let user = world.users.get(&id).ok_or_else(|| Error::not_found("user", id))?;
            let who = Principal::User(id);
            covers(&actor, &world.rights_of(who), &user.email)?;
            let is_theirs = |rule: &AccessRule| rule.subject == RuleSubject::User(id);
            if !world.keeps_an_administrator(is_theirs) && world.has_administrator() {
                return Err(last_administrator("userId"));
            }
            let mut changes = world.without_rules(is_theirs, now);
            let keys = world.applications.values().filter(|key| key.owner == Some(id));
            changes.extend(keys.map(|key| changed(AccessChange::DeleteApplication(key.id))));
            changes.extend(world.private_belongings(who));
            changes.push(changed(AccessChange::DeleteUser(id)));
            changes.push(making.entry(now, Subject::User { id }, Some(written(user)), None));
            Ok((changes, ()))
        })
        .await
    }

    /// Checks everything about a new administrator that can be wrong, and changes nothing.
    pub(crate) async fn prepare_user(&self, email: &str, password: &str) -> Result<PreparedUser> {
        let email = check_email(email).map_err(|m| Error::field("email", "email.format", m))?;
        let hash = self.hash("password", password).await?;
        Ok(PreparedUser { email, hash, must_change: false, is_admin: true })
    }

    pub(crate) async fn add_user(&self, actor: &Actor, new: PreparedUser) -> Result<User> {
        actor.may_somewhere(Action::Create, ResourceType::Users)?;
        let id = UserId(self.inner.chance.uuid());
        let making = self.written_by(actor);
        self.change(move |world, now| made(world, new, id, &making, now)).await
    }

    fn temporary_password(&self) -> String {
        let mut bytes = [0; TEMPORARY_BYTES];
        self.inner.chance.fill(&mut bytes);
        bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
    }
}

/// None that look like others: a temporary password is read from one screen and typed into another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789_";

fn made(
    world: &World,
    new: PreparedUser,
    id: UserId,
    making: &Making,
    now: Timestamp,
) -> Result<(Vec<Change>, User)> {
    let PreparedUser { email, hash, must_change, is_admin } = new;
    if world.user_by_email(&email).is_some() {
        return Err(Error::NameTaken(format!("A user {email} already exists")));
    }
    let user = User {
        id,
        email,
        password_hash: Some(hash),
        must_change_password: must_change,
        sign_outs: 0,
        groups: BTreeSet::new(),
        created_by: making.by.clone(),
        created_at: now,
        updated_at: None,
        last_login: None,
    };
    let mut changes = vec![changed(AccessChange::User(user.clone()))];
    changes.push(making.entry(now, Subject::User { id }, None, Some(written(&user))));
    if is_admin {
        changes.push(changed(AccessChange::Rule(AccessRule {
            id: world.next_rule(),
            subject: RuleSubject::User(id),
            role: Role::SystemAdministrator,
            scope: Scope::Account,
            created_by: making.by.clone(),
            created_at: now,
            deleted_at: None,
        })));
    }
    Ok((changes, user))
}

/// What is written down of a user.
fn written(user: &User) -> Value {
    let User { email, groups, .. } = user;
    json!({"email": email, "mustChangePassword": user.must_change_password, "groups": groups})
}

pub(super) fn last_administrator(field: &str) -> Error {
    let message =
        "This is the last local user who administrates everything; make another one first";
    Error::field(field, "administrator.last", message)
}

impl World {
    /// Whether a local user administrates everything.
    pub(crate) fn has_administrator(&self) -> bool {
        self.keeps_an_administrator(|_| false)
    }

    /// The end of what somebody kept for themselves.
    pub(super) fn private_belongings(&self, who: Principal) -> impl Iterator<Item = Change> {
        let own = self.assets.values().filter(move |asset| asset.private_to == Some(who));
        own.map(|asset| Change::Asset(AssetChange::DeleteAsset(asset.id)))
    }

    /// The end of the rules that `ends` takes.
    pub(crate) fn without_rules(
        &self,
        ends: impl Fn(&AccessRule) -> bool,
        now: Timestamp,
    ) -> Vec<Change> {
        let ended = self.access_rules.values().filter(|rule| ends(rule));
        let ended = ended.map(|rule| AccessRule { deleted_at: Some(now), ..(**rule).clone() });
        ended.map(|rule| changed(AccessChange::Rule(rule))).collect()
    }
}
