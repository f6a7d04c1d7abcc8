//! Clients for programs: service accounts, which have rules of their own. Their secrets are 256 random bits, kept
//! as SHA-256, and said once.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    ClientId, Timestamp, UserId,
    access::{
        Action, Actor, Application, Principal, Resource, ResourceType, Rights, check_client_name,
    },
    audit::Subject,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{AccessChange, Change};
use subtle::ConstantTimeEq;

use super::{ClientSecret, changed, covers};
use crate::{ControlPlane, Error, Result, World};

/// The use of a client is written down at most this often, in seconds.
const USED_SECS: i64 = 60;

/// A client as somebody asks for it.
pub(super) struct NewClient {
    pub name: String,
    /// None: made of the name.
    pub client_id: Option<String>,
    pub secret: Option<String>,
    pub owner: Option<UserId>,
}

impl World {
    /// Whether the actor may know of a service account: they could do all that it may and hand out rights where it
    /// has some, or have made it.
    fn manages(&self, actor: &Actor, of: &Application) -> bool {
        let rights = self.rights_of(Principal::Application(of.id));
        let is_theirs = of.created_by == actor.name || rights != Rights::default();
        let has_all = actor.rights.cover(&Rights::everything());
        of.owner.is_none() && (has_all || is_theirs && actor.rights.cover(&rights))
    }
}

impl ControlPlane {
    /// Every service account that `actor` may know of, oldest first.
    pub fn service_accounts(&self, actor: &Actor, world: &World) -> Result<Vec<Application>> {
        actor.may(Action::Read, Resource::ServiceAccount)?;
        let all = world.applications.values().filter(|of| world.manages(actor, of));
        let mut all: Vec<_> = all.cloned().collect();
        all.sort_by(|a, b| (a.created_at, &a.name).cmp(&(b.created_at, &b.name)));
        Ok(all)
    }

    pub fn service_account(
        &self,
        actor: &Actor,
        world: &World,
        id: ClientId,
    ) -> Result<Application> {
        actor.may(Action::Read, Resource::ServiceAccount)?;
        let found = world.applications.get(&id).filter(|of| world.manages(actor, of));
        found.cloned().ok_or_else(|| Error::not_found("service account", id))
    }

    pub async fn create_service_account(
        &self,
        actor: &Actor,
        name: &str,
    ) -> Result<(Application, ClientSecret)> {
        actor.may(Action::Create, Resource::ServiceAccount)?;
        let new = NewClient { name: name.to_owned(), client_id: None, secret: None, owner: None };
        self.add_client(actor, new).await
    }

    /// Makes the service account that the environment names at a first start.
    pub(crate) async fn first_client(
        &self,
        client_id: &str,
        secret: String,
    ) -> Result<Application> {
        let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if client_id.is_empty() || !client_id.bytes().all(letters) {
            let message = "Use letters, digits and hyphens";
            return Err(Error::field("clientId", "client.id", message));
        }
        let (name, id) = (client_id.to_owned(), Some(client_id.to_owned()));
        let new = NewClient { name, client_id: id, secret: Some(secret), owner: None };
        Ok(self.add_client(&Actor::berth(), new).await?.0)
    }

    /// Lets a service account in again, or no longer.
    pub async fn enable_service_account(
        &self,
        actor: &Actor,
        id: ClientId,
        enabled: bool,
    ) -> Result<()> {
        self.service_account(actor, &self.world(), id)?;
        actor.may(Action::Update, Resource::ServiceAccount)?;
        self.change_client(actor, id, move |of| of.enabled = enabled).await
    }

    /// Another secret; the old one ends at once.
    pub async fn new_client_secret(&self, actor: &Actor, id: ClientId) -> Result<ClientSecret> {
        self.service_account(actor, &self.world(), id)?;
        actor.may(Action::Update, Resource::ServiceAccount)?;
        let secret = self.random_text();
        let hash = secret_hash(&secret);
        self.change_client(actor, id, move |of| of.secret_hash = hash).await?;
        Ok(ClientSecret(secret))
    }

    pub async fn delete_service_account(&self, actor: &Actor, id: ClientId) -> Result<()> {
        self.service_account(actor, &self.world(), id)?;
        actor.may(Action::Delete, Resource::ServiceAccount)?;
        self.drop_client(actor, id).await
    }

    /// The client whose id and secret these are. That it was used is written down.
    pub async fn check_client(&self, client_id: &str, secret: &str) -> Result<Actor> {
        let world = self.world();
        let found = world.applications.values().find(|a| a.client_id == client_id);
        let given = secret_hash(secret);
        let right =
            found.is_some_and(|a| bool::from(a.secret_hash.as_bytes().ct_eq(given.as_bytes())));
        let actor = right.then(|| world.actor_of_application(client_id)).flatten();
        let (Some(actor), Some(found)) = (actor, found) else {
            return Err(Error::WrongCredentials);
        };
        self.note_use(found.clone()).await?;
        Ok(actor)
    }

    async fn note_use(&self, found: Application) -> Result<()> {
        let now = self.now();
        let is_new = |at: Timestamp| now.as_second() - at.as_second() < USED_SECS;
        if found.last_login.is_some_and(is_new) {
            return Ok(());
        }
        self.change(move |world, now| {
            let of = world.applications.get(&found.id).ok_or(Error::WrongCredentials)?;
            let used = Application { last_login: Some(now), ..of.clone() };
            Ok((vec![changed(AccessChange::Application(used))], ()))
        })
        .await
    }

    pub(super) async fn add_client(
        &self,
        actor: &Actor,
        new: NewClient,
    ) -> Result<(Application, ClientSecret)> {
        let id = ClientId(self.inner.chance.uuid());
        let secret = new.secret.clone().unwrap_or_else(|| self.random_text());
        let (hash, making) = (secret_hash(&secret), self.written_by(actor));
        let is_given = new.client_id.is_some();
        let wrong = check_client_name(&new.name).filter(|_| !is_given);
        if let Some(message) = wrong {
            return Err(Error::field("name", "name.format", message));
        }
        let client_id =
            new.client_id.unwrap_or_else(|| format!("{}-{}", new.name.replace('_', "-"), id));
        let made = self.change(move |world, now| {
            let same = |of: &&Application| of.owner == new.owner && of.name == new.name;
            if world.applications.values().any(|of| same(&of) || of.client_id == client_id) {
                let noun = if new.owner.is_some() { "An access key" } else { "A service account" };
                return Err(Error::NameTaken(format!("{noun} {} already exists", new.name)));
            }
            let made = Application {
                id,
                name: new.name,
                client_id,
                secret_hash: hash,
                owner: new.owner,
                enabled: true,
                created_by: making.by.clone(),
                created_at: now,
                updated_at: None,
                last_login: None,
            };
            let entry = making.entry(now, Subject::Client { id }, None, Some(written(&made)));
            Ok((vec![changed(AccessChange::Application(made.clone())), entry], made))
        });
        Ok((made.await?, ClientSecret(secret)))
    }

    pub(super) async fn change_client(
        &self,
        actor: &Actor,
        id: ClientId,
        change: impl FnOnce(&mut Application) + Send + 'static,
    ) -> Result<()> {
        let (actor, making) = (actor.clone(), self.written_by(actor));
        self.change(move |world, now| {
            let old = world.applications.get(&id);
            let old = old.ok_or_else(|| Error::not_found("client", id))?;
            covers(&actor, &world.rights_of(Principal::Application(id)), &old.name)?;
            let mut new = old.clone();
            change(&mut new);
            new.updated_at = Some(now);
            let (before, after) = (Some(written(old)), Some(written(&new)));
            let entry = making.entry(now, Subject::Client { id }, before, after);
            Ok((vec![changed(AccessChange::Application(new)), entry], ()))
        })
        .await
    }

    pub(super) async fn drop_client(&self, actor: &Actor, id: ClientId) -> Result<()> {
        let (actor, making) = (actor.clone(), self.written_by(actor));
        self.change(move |world, now| {
            let old = world.applications.get(&id);
            let old = old.ok_or_else(|| Error::not_found("client", id))?;
            let who = Principal::Application(id);
            covers(&actor, &world.rights_of(who), &old.name)?;
            let mut changes: Vec<Change> = world.without_rules(|rule| rule.subject.is(who), now);
            changes.extend(world.private_belongings(who));
            changes.push(changed(AccessChange::DeleteApplication(id)));
            changes.push(making.entry(now, Subject::Client { id }, Some(written(old)), None));
            Ok((changes, ()))
        })
        .await
    }

    /// 256 random bits as text, for a secret that is not kept in the open.
    pub fn random_text(&self) -> String {
        let mut bytes = [0; 32];
        self.inner.chance.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Whether the actor may make service accounts at all, for pages.
    pub fn may_make_clients(&self, actor: &Actor) -> bool {
        actor.may_somewhere(Action::Create, ResourceType::ServiceAccounts).is_ok()
    }
}

/// What is written down of a client.
fn written(of: &Application) -> Value {
    json!({"name": of.name, "clientId": of.client_id, "enabled": of.enabled})
}

/// The form in which secrets of clients are kept.
pub(super) fn secret_hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}
