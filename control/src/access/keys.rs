//! Access keys: clients of a user, who act as this user. They are the user's own and nobody else's business.

use domain::{
    ClientId, UserId,
    access::{Actor, Application, Forbidden, KEYS_MAX, Principal},
};

use super::{
    ClientSecret,
    clients::{NewClient, secret_hash},
};
use crate::{ControlPlane, Error, Result, World};

impl ControlPlane {
    /// The actor's access keys, oldest first.
    pub fn access_keys(&self, actor: &Actor, world: &World) -> Result<Vec<Application>> {
        let user = user_of(actor)?;
        let own = world.applications.values().filter(|key| key.owner == Some(user));
        let mut own: Vec<_> = own.cloned().collect();
        own.sort_by(|a, b| (a.created_at, &a.name).cmp(&(b.created_at, &b.name)));
        Ok(own)
    }

    pub fn access_key(&self, actor: &Actor, world: &World, id: ClientId) -> Result<Application> {
        let own = self.access_keys(actor, world)?.into_iter().find(|key| key.id == id);
        own.ok_or_else(|| Error::not_found("access key", id))
    }

    pub async fn create_access_key(
        &self,
        actor: &Actor,
        name: &str,
    ) -> Result<(Application, ClientSecret)> {
        let owner = Some(user_of(actor)?);
        if self.access_keys(actor, &self.world())?.len() >= KEYS_MAX {
            let message = format!("At most {KEYS_MAX} access keys; delete one first");
            return Err(Error::field("name", "keys.many", message));
        }
        let new = NewClient { name: name.to_owned(), client_id: None, secret: None, owner };
        self.add_client(actor, new).await
    }

    /// Another secret; the old one ends at once.
    pub async fn new_key_secret(&self, actor: &Actor, id: ClientId) -> Result<ClientSecret> {
        self.access_key(actor, &self.world(), id)?;
        let secret = self.random_text();
        let hash = secret_hash(&secret);
        self.change_client(actor, id, move |key| key.secret_hash = hash).await?;
        Ok(ClientSecret(secret))
    }

    pub async fn delete_access_key(&self, actor: &Actor, id: ClientId) -> Result<()> {
        self.access_key(actor, &self.world(), id)?;
        self.drop_client(actor, id).await
    }
}

/// Only users have access keys.
fn user_of(actor: &Actor) -> Result<UserId> {
    match actor.who {
        Principal::User(id) => Ok(id),
        Principal::Application(_) | Principal::Berth => {
            let what = "have access keys, for only users do".to_owned();
            Err(Error::Forbidden(Forbidden { who: actor.name.clone(), what }))
        }
    }
}
