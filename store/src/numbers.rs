//! Numbers that were given: what comes later never has the number of something that is gone.

use std::collections::BTreeMap;

use sqlx::AnyConnection;

use crate::{Result, Store, change::run};

/// What is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Numbered {
    Department,
    NodePool,
    Project,
}

impl Numbered {
    const ALL: [Self; 3] = [Numbered::Department, Numbered::NodePool, Numbered::Project];

    /// The name under which the last number is kept.
    fn name(self) -> &'static str {
        match self {
            Numbered::Department => "last/department",
            Numbered::NodePool => "last/node-pool",
            Numbered::Project => "last/project",
        }
    }
}

pub(crate) async fn write(to: &mut AnyConnection, of: Numbered, last: i32) -> Result<()> {
    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2)
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    run(to, "a number", sqlx::query(sql).bind(of.name().to_owned()).bind(last.to_string())).await
}

impl Store {
    /// The last number of each kind that was given.
    pub(crate) async fn numbers(&self) -> Result<BTreeMap<Numbered, i32>> {
        let mut numbers = BTreeMap::new();
        for of in Numbered::ALL {
            let last = self.meta(of.name()).await?.and_then(|text| text.parse().ok());
            numbers.extend(last.map(|last| (of, last)));
        }
        Ok(numbers)
    }
}
