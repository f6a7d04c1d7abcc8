//! One suite, run on SQLite and on PostgreSQL: whatever the store promises, it promises on both.

#![expect(clippy::unwrap_used, reason = "this is a test throughout, its helpers as well")]

mod alone;
mod samples;
mod samples_kept;
mod suite;
mod trouble;

use sqlx::{AnyConnection, Connection, Executor};
use store::{DatabaseUrl, Store};

/// A database that lasts as long as the test.
struct Place {
    url: DatabaseUrl,
    _dir: Option<tempfile::TempDir>,
}

impl Place {
    fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(dir.path().join("odd ?#% name.db"));
        Self { url, _dir: Some(dir) }
    }

    fn postgres() -> Self {
        Self { url: testkit::postgres::database().parse().unwrap(), _dir: None }
    }

    async fn open(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }

    /// Does something to the database that the store would not.
    async fn run(&self, sql: &'static str) {
        let mut connection = AnyConnection::connect(&self.url.connection()).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }
}

macro_rules! on_both {
    ($($suite:ident::$test:ident,)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$suite::$test(super::Place::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$suite::$test(super::Place::postgres()).await;
            })*
        }
    };
}

on_both! {
    suite::a_new_database_is_empty_and_answers,
    samples_kept::samples_are_kept_and_thinned_out,
    samples_kept::who_has_handed_over_reads_and_writes_no_more,
    suite::everything_is_there_after_opening_again,
    suite::what_is_deleted_is_gone,
    suite::people_and_rules_live_and_end,
    suite::administrators_and_members_become_rules,
    suite::a_scope_has_one_policy_of_a_type,
    suite::changes_are_looked_back_on_newest_first,
    suite::a_cycle_comes_back_with_what_it_is_a_difference_to,
    suite::assets_and_templates_live_and_end,
    suite::nodes_are_replaced_as_a_whole,
    suite::a_batch_that_fails_leaves_nothing,
    suite::a_name_is_taken_until_its_workload_is_deleted,
    suite::other_names_are_taken_too,
    suite::an_old_version_changes_nothing,
    suite::of_many_writers_of_one_version_one_wins,
    suite::old_deleted_workloads_are_not_loaded,
    suite::histories_come_in_pages,
    suite::a_forgotten_workload_takes_its_history_along,
    suite::sessions_live_and_end,
    suite::a_link_works_once,
    suite::values_are_kept_by_name,
    suite::a_newer_database_is_refused,
    suite::what_was_deleted_long_ago_is_forgotten,
    alone::a_second_opening_is_refused,
    suite::ten_thousand_workloads_load,
}
