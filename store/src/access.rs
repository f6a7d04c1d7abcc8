//! Users, clients and access rules.

use domain::{
    ClientId, UserId,
    access::{AccessRule, Application, RuleSubject, User},
};
use sqlx::AnyConnection;

use crate::{
    Error, Result, Store,
    assets::place,
    change::{delete, run},
    codec::{body, micros, read},
};

/// Rules that have ended which are read at most.
const ENDED_MAX: i64 = 10_000;

/// What is different about people and what they may from now on.
#[derive(Clone, Debug)]
pub enum AccessChange {
    User(User),
    /// With the sessions.
    DeleteUser(UserId),
    /// Ends every session of the user.
    EndSessions(UserId),
    Application(Application),
    DeleteApplication(ClientId),
    /// One with the time of its end is over.
    Rule(AccessRule),
}

pub(crate) async fn write(to: &mut AnyConnection, change: &AccessChange) -> Result<()> {
    match change {
        AccessChange::User(user) => write_user(to, user).await,
        AccessChange::DeleteUser(id) => {
            end_sessions(to, *id).await?;
            delete(to, "a user", "DELETE FROM users WHERE id = $1", id).await
        }
        AccessChange::EndSessions(id) => end_sessions(to, *id).await,
        AccessChange::Application(application) => write_application(to, application).await,
        AccessChange::DeleteApplication(id) => {
            delete(to, "an application", "DELETE FROM applications WHERE id = $1", id).await
        }
        AccessChange::Rule(rule) => write_rule(to, rule).await,
    }
}

async fn end_sessions(to: &mut AnyConnection, user: UserId) -> Result<()> {
    delete(to, "sessions", "DELETE FROM sessions WHERE user_id = $1", user).await
}

async fn write_user(to: &mut AnyConnection, user: &User) -> Result<()> {
    let sql = "INSERT INTO users (id, email, body) VALUES ($1, $2, $3)
               ON CONFLICT (id) DO UPDATE SET email = excluded.email, body = excluded.body";
    let query = sqlx::query(sql)
        .bind(user.id.to_string())
        .bind(user.email.clone())
        .bind(body("a user", user)?);
    run(to, "a user", query).await
}

async fn write_application(to: &mut AnyConnection, application: &Application) -> Result<()> {
    let sql = "INSERT INTO applications (id, client_id, owner, body) VALUES ($1, $2, $3, $4)
               ON CONFLICT (id) DO UPDATE SET body = excluded.body";
    let query = sqlx::query(sql)
        .bind(application.id.to_string())
        .bind(application.client_id.clone())
        .bind(application.owner.map(|owner| owner.to_string()))
        .bind(body("an application", application)?);
    run(to, "an application", query).await
}

async fn write_rule(to: &mut AnyConnection, rule: &AccessRule) -> Result<()> {
    let sql = "INSERT INTO access_rules (id, subject, scope, deleted_at, body)
               VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (id) DO UPDATE SET
                   deleted_at = excluded.deleted_at, body = excluded.body";
    let query = sqlx::query(sql)
        .bind(i64::from(rule.id.0))
        .bind(subject(&rule.subject))
        .bind(place(rule.scope))
        .bind(rule.deleted_at.map(micros))
        .bind(body("an access rule", rule)?);
    run(to, "an access rule", query).await
}

/// A subject as it is stored.
fn subject(of: &RuleSubject) -> String {
    let kind = of.kind().name();
    match of {
        RuleSubject::User(id) => format!("{kind}/{id}"),
        RuleSubject::ServiceAccount(id) => format!("{kind}/{id}"),
        RuleSubject::Group(name) => format!("{kind}/{name}"),
    }
}

impl Store {
    /// Access rules that have ended, the last first.
    pub async fn ended_access_rules(&self) -> Result<Vec<AccessRule>> {
        let sql = "SELECT body FROM access_rules WHERE deleted_at IS NOT NULL
                   ORDER BY deleted_at DESC, id DESC LIMIT $1";
        let rows: Vec<(String,)> = sqlx::query_as(sql)
            .bind(ENDED_MAX)
            .fetch_all(&self.pool)
            .await
            .map_err(|cause| Error::Read { what: "ended access rules", cause })?;
        rows.iter().map(|(body,)| read("an access rule", body)).collect()
    }

    /// The highest number that an access rule ever had.
    pub(crate) async fn last_access_rule(&self) -> Result<i32> {
        let row: (i64,) = sqlx::query_as("SELECT COALESCE(MAX(id), 0) FROM access_rules")
            .fetch_one(&self.pool)
            .await
            .map_err(|cause| Error::Read { what: "access rules", cause })?;
        Ok(i32::try_from(row.0).unwrap_or(i32::MAX))
    }
}
