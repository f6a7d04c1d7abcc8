//! What the store promises, a test each.

use std::time::Instant;

use domain::{
    DepartmentId, NodePoolId, ProjectId, Scope, Timestamp,
    audit::Subject,
    policy::WorkloadType,
    settings::{Setting, SettingValue},
};
use store::{AccessChange, Archive, AssetChange, Change, Error, EventKind, KeptCycle, Store};
use uuid::Uuid;

use crate::{Place, samples::*};

fn write(workload: &domain::workload::Workload) -> Change {
    Change::Workload(Box::new(workload.clone()))
}

fn person(user: domain::access::User) -> Change {
    Change::Access(AccessChange::User(user))
}

fn client(application: domain::access::Application) -> Change {
    Change::Access(AccessChange::Application(application))
}

fn ruled(rule: domain::access::AccessRule) -> Change {
    Change::Access(AccessChange::Rule(rule))
}

/// The names of all workloads, in order.
async fn names(store: &Store) -> Vec<String> {
    let facts = store.load(Timestamp::MAX).await.unwrap();
    facts.workloads.iter().map(|workload| workload.name.to_string()).collect()
}

/// The number of each event in a page of the history of `name`, and whether more come.
async fn history(
    store: &Store,
    kind: EventKind,
    (offset, limit): (u32, u32),
    newest_first: bool,
) -> (Vec<u128>, bool) {
    let id = workload(1, "a").id;
    let page = store.events(id, kind, offset, limit, newest_first).await.unwrap();
    (page.items.iter().map(|event| event.id.0.as_u128()).collect(), page.has_more)
}

pub async fn a_new_database_is_empty_and_answers(place: Place) {
    let store = place.open().await;
    store.ping().await.unwrap();
    store.commit(&[]).await.unwrap();
    let facts = store.load(Timestamp::MIN).await.unwrap();
    assert!(facts.clusters.is_empty() && facts.nodes.is_empty() && facts.workloads.is_empty());
    assert!(facts.users.is_empty() && facts.access_rules.is_empty());
}

pub async fn everything_is_there_after_opening_again(place: Place) {
    let gone = deleted(workload(2, "gone"), 50);
    let changes = [
        Change::Cluster(cluster()),
        Change::NodePool(pool(1, "default")),
        Change::NodePool(pool(2, "big")),
        Change::Nodes(cluster_id(), vec![node("n1"), node("n2")]),
        Change::Department(department(1, "research")),
        Change::Project(project(1, "vision")),
        person(user(1, "a@example.com")),
        person(user(2, "b@example.com")),
        ruled(rule(1, 2)),
        ruled(rule(1, 2)),
        client(application("ci")),
        write(&workload(1, "a")),
        write(&gone),
        Change::Event(event(1, &workload(1, "a"), 3)),
    ];
    let store = place.open().await;
    store.commit(&changes).await.unwrap();
    drop(store);

    let store = place.open().await;
    let facts = store.load(at(49)).await.unwrap();
    assert_eq!(facts.clusters, [cluster()]);
    assert_eq!(facts.node_pools, [pool(1, "default"), pool(2, "big")]);
    assert_eq!(facts.nodes, [(cluster_id(), node("n1")), (cluster_id(), node("n2"))]);
    assert_eq!(facts.departments, [department(1, "research")]);
    assert_eq!(facts.projects, [project(1, "vision")]);
    assert_eq!(facts.users, [user(1, "a@example.com"), user(2, "b@example.com")]);
    assert_eq!((facts.access_rules, facts.last_access_rule), (vec![rule(1, 2)], 1));
    assert_eq!(facts.applications, [application("ci")]);
    assert_eq!(facts.workloads, [workload(1, "a"), gone]);
    let page = store.events(workload(1, "a").id, EventKind::All, 0, 10, false).await.unwrap();
    assert_eq!(page.items, [event(1, &workload(1, "a"), 3)]);
}

pub async fn what_is_deleted_is_gone(place: Place) {
    let store = place.open().await;
    let changes = [
        Change::NodePool(pool(2, "big")),
        Change::Department(department(1, "research")),
        Change::Project(project(1, "vision")),
    ];
    store.commit(&changes).await.unwrap();
    let changes = [
        Change::DeleteNodePool(NodePoolId(2)),
        Change::DeleteProject(ProjectId(1)),
        Change::DeleteDepartment(DepartmentId(1)),
    ];
    store.commit(&changes).await.unwrap();
    store.commit(&changes).await.unwrap();
    let facts = store.load(at(0)).await.unwrap();
    assert!(facts.node_pools.is_empty() && facts.departments.is_empty());
    assert!(facts.projects.is_empty());
}

pub async fn people_and_rules_live_and_end(place: Place) {
    let store = place.open().await;
    let changes = [
        person(user(1, "a@example.com")),
        person(user(2, "b@example.com")),
        client(application("ci")),
        ruled(rule(1, 1)),
        ruled(rule(2, 2)),
    ];
    store.commit(&changes).await.unwrap();
    let key = [7; 32];
    store.insert_session(&key, &session(2, 100)).await.unwrap();

    let ended = domain::access::AccessRule { deleted_at: Some(at(9)), ..rule(2, 2) };
    let ends = [
        ruled(ended.clone()),
        Change::Access(AccessChange::DeleteUser(user(2, "").id)),
        Change::Access(AccessChange::DeleteApplication(application("ci").id)),
    ];
    store.commit(&ends).await.unwrap();
    store.commit(&ends).await.unwrap();
    let facts = store.load(at(0)).await.unwrap();
    assert_eq!(facts.users, [user(1, "a@example.com")]);
    assert!(facts.applications.is_empty());
    assert_eq!((facts.access_rules, facts.last_access_rule), (vec![rule(1, 1)], 2));
    assert_eq!(store.ended_access_rules().await.unwrap(), [ended]);
    assert_eq!(store.session(&key).await.unwrap(), None, "a session ends with its user");
}

/// What an earlier version has written, and the statement that makes rules of it.
pub async fn administrators_and_members_become_rules(place: Place) {
    drop(place.open().await);
    let migration = include_str!("../../../migrations/0010_access.sql");
    let begin = migration.find("INSERT INTO access_rules").unwrap();
    let end = begin + migration[begin..].find(';').unwrap();
    for sql in [
        r#"INSERT INTO users (id, email, body) VALUES ('00000000-0000-0000-0000-000000000001', 'a@example.com',
           '{"id":"00000000-0000-0000-0000-000000000001","email":"a@example.com","password_hash":null,
             "is_admin":true,"created_at":"2026-01-02T03:04:05Z","last_login":null}')"#,
        r#"INSERT INTO users (id, email, body) VALUES ('00000000-0000-0000-0000-000000000002', 'b@example.com',
           '{"id":"00000000-0000-0000-0000-000000000002","email":"b@example.com","password_hash":null,
             "is_admin":false,"created_at":"2026-01-02T03:04:05Z","last_login":null}')"#,
        r#"INSERT INTO applications (id, client_id, body) VALUES ('00000000-0000-0000-0000-000000000003', 'ci',
           '{"id":"00000000-0000-0000-0000-000000000003","name":"ci","client_id":"ci","secret_hash":"",
             "is_admin":true,"enabled":true,"created_at":"2026-01-02T03:04:05Z"}')"#,
        "INSERT INTO members (project, user_id) VALUES ('7', '00000000-0000-0000-0000-000000000002')",
        &migration[begin..end],
    ] {
        place.run(sql).await;
    }
    let facts = place.open().await.load(at(0)).await.unwrap();
    assert_eq!((facts.users.len(), facts.applications.len()), (2, 1));
    let told: Vec<_> = facts
        .access_rules
        .iter()
        .map(|rule| format!("{}: {:?} {} of {}", rule.id, rule.subject, rule.role, rule.scope))
        .collect();
    let id = |number| Uuid::from_u128(number);
    let expected = [
        format!("1: ServiceAccount(ClientId({})) System administrator of the account", id(3)),
        format!("2: User(UserId({})) System administrator of the account", id(1)),
        format!("3: User(UserId({})) AI practitioner of project 7", id(2)),
    ];
    assert_eq!(told, expected);
    assert!(facts.access_rules.iter().all(|rule| rule.created_at.as_second() > 1_700_000_000));
}

pub async fn a_scope_has_one_policy_of_a_type(place: Place) {
    let store = place.open().await;
    let of = |owner, name| policy(1, owner, name);
    let write = |owner, name| Change::Policy(Box::new(of(owner, name)));
    let [vision, speech] = [1, 2].map(|id| Scope::Project(ProjectId(id)));
    let research = Scope::Department(DepartmentId(1));
    let changes = [
        write(Scope::Account, "all"),
        write(Scope::Cluster(cluster_id()), "old"),
        write(Scope::Cluster(cluster_id()), "new"),
        write(research, "research"),
        write(vision, "vision"),
        write(speech, "speech"),
    ];
    store.commit(&changes).await.unwrap();
    drop(store);

    let store = place.open().await;
    let all = [
        of(Scope::Cluster(cluster_id()), "new"),
        of(research, "research"),
        of(vision, "vision"),
        of(speech, "speech"),
        of(Scope::Account, "all"),
    ];
    assert_eq!(store.load(at(0)).await.unwrap().policies, all);
    let gone = [
        Change::DeletePolicy(Scope::Account, WorkloadType::Workspace),
        Change::DeletePolicy(Scope::Cluster(cluster_id()), WorkloadType::Training),
        Change::DeleteProject(ProjectId(1)),
        Change::DeleteDepartment(DepartmentId(1)),
    ];
    store.commit(&gone).await.unwrap();
    let left = [all[0].clone(), all[3].clone()];
    assert_eq!(store.load(at(0)).await.unwrap().policies, left);
}

pub async fn changes_are_looked_back_on_newest_first(place: Place) {
    let store = place.open().await;
    let switch = Subject::Setting { name: Setting::Policies };
    let policy = Subject::Policy { owner: Scope::Account, workload_type: WorkloadType::Workspace };
    // Ids fall while time stands still: the order is that of writing.
    let entries = [audit(9, switch), audit(5, policy), audit(2, switch), audit(1, switch)];
    for entry in &entries {
        let changes = [
            Change::Setting(Setting::Policies, SettingValue::Switch(entry.id.0.as_u128() > 1)),
            Change::Audit(Box::new(entry.clone())),
        ];
        store.commit(&changes).await.unwrap();
    }
    drop(store);
    let store = place.open().await;
    let back = store.audit(switch, 2).await.unwrap();
    assert_eq!(back, [entries[3].clone(), entries[2].clone()]);
    assert_eq!(store.audit(policy, 9).await.unwrap(), [entries[1].clone()]);
    let settings = store.load(at(0)).await.unwrap().settings;
    assert_eq!(settings, [(Setting::Policies, SettingValue::Switch(false))]);
    // The same change is never written down twice.
    assert!(store.commit(&[Change::Audit(Box::new(entries[0].clone()))]).await.is_err());
}

pub async fn a_cycle_comes_back_with_what_it_is_a_difference_to(place: Place) {
    let store = place.open().await;
    let kept = |number: i64, base: Option<i64>| KeptCycle {
        number,
        cluster: cluster_id(),
        at: at(number),
        base,
        body: format!("cycle {number}"),
    };
    let all = [kept(1, None), kept(2, Some(1)), kept(3, Some(2)), kept(4, None)];
    let changes: Vec<_> = all.iter().cloned().map(Box::new).map(Change::Cycle).collect();
    store.commit(&changes).await.unwrap();
    // Whoever looks back does not disturb whoever writes.
    let archive = Archive::open(&place.url).await.unwrap();
    assert_eq!(archive.cycle(3).await.unwrap(), all[..3]);
    assert_eq!(store.cycle(4).await.unwrap(), all[3..]);
    assert_eq!(store.cycle(5).await.unwrap(), []);
    assert_eq!(store.load(at(0)).await.unwrap().last_cycle, 4);
    let kept = store.cycle_sizes(cluster_id()).await.unwrap();
    assert_eq!(kept, all.each_ref().map(KeptCycle::size), "the oldest first");
    store.commit(&[Change::ForgetCycles(cluster_id(), 4)]).await.unwrap();
    assert_eq!(archive.cycle(3).await.unwrap(), []);
    assert_eq!(archive.cycle(4).await.unwrap(), all[3..]);
}

pub async fn assets_and_templates_live_and_end(place: Place) {
    let store = place.open().await;
    let set = |asset: domain::asset::Asset| Change::Asset(AssetChange::Asset(Box::new(asset)));
    let keep = |t: domain::template::Template| Change::Asset(AssetChange::Template(Box::new(t)));
    let (gpu, jupyter) = (asset(1, "one-gpu"), asset(2, "jupyter-lab"));
    let start = template(1, "start", &jupyter);
    let all = [set(gpu.clone()), set(jupyter.clone()), keep(start.clone())];
    store.commit(&all).await.unwrap();
    drop(store);

    let store = place.open().await;
    let facts = store.load(at(0)).await.unwrap();
    assert_eq!((facts.assets, facts.templates), (vec![gpu.clone(), jupyter.clone()], vec![start]));
    // Names are unique by kind and place.
    let twin = domain::asset::Asset { id: domain::AssetId(Uuid::from_u128(3)), ..gpu.clone() };
    assert!(matches!(store.commit(&[set(twin.clone())]).await, Err(Error::NameTaken)));
    let scope = Scope::Project(ProjectId(1));
    let changes = [
        set(domain::asset::Asset { scope, ..twin }),
        set(domain::asset::Asset { name: "big".parse().unwrap(), ..gpu.clone() }),
        Change::Asset(AssetChange::DeleteAsset(jupyter.id)),
        Change::Asset(AssetChange::DeleteTemplate(domain::TemplateId(Uuid::from_u128(1)))),
    ];
    store.commit(&changes).await.unwrap();
    let facts = store.load(at(0)).await.unwrap();
    let names: Vec<_> = facts.assets.iter().map(|asset| asset.name.as_str()).collect();
    assert_eq!(names, ["big", "one-gpu"]);
    assert!(facts.templates.is_empty());
}

pub async fn nodes_are_replaced_as_a_whole(place: Place) {
    let store = place.open().await;
    let other = domain::ClusterId(Uuid::from_u128(2));
    let first = [
        Change::Nodes(cluster_id(), vec![node("n1"), node("n2")]),
        Change::Nodes(other, vec![node("n1")]),
    ];
    store.commit(&first).await.unwrap();
    store.commit(&[Change::Nodes(cluster_id(), vec![node("n2"), node("n3")])]).await.unwrap();
    let facts = store.load(at(0)).await.unwrap();
    let names: Vec<_> = facts.nodes.iter().map(|(of, node)| (*of, node.name.as_str())).collect();
    assert_eq!(names, [(cluster_id(), "n2"), (cluster_id(), "n3"), (other, "n1")]);
}

pub async fn a_batch_that_fails_leaves_nothing(place: Place) {
    let store = place.open().await;
    store.commit(&[write(&workload(1, "a"))]).await.unwrap();
    let batch = [
        Change::Project(project(1, "vision")),
        write(&workload(2, "b")),
        Change::Event(event(1, &workload(1, "a"), 3)),
        write(&workload(3, "a")),
        write(&workload(4, "d")),
    ];
    let refused = store.commit(&batch).await.unwrap_err();
    assert!(matches!(refused, Error::NameTaken), "{refused:?}");

    assert_eq!(names(&store).await, ["a"]);
    assert!(store.load(at(0)).await.unwrap().projects.is_empty());
    assert_eq!(history(&store, EventKind::All, (0, 10), false).await, (vec![], false));
    // The connection it happened on is as good as before.
    for number in 5..25 {
        store.commit(&[write(&workload(number, &format!("w{number}")))]).await.unwrap();
    }
    assert_eq!(names(&store).await.len(), 21);
}

pub async fn a_name_is_taken_until_its_workload_is_deleted(place: Place) {
    let store = place.open().await;
    let first = workload(1, "a");
    store.commit(&[write(&first)]).await.unwrap();
    let refused = store.commit(&[write(&workload(2, "a"))]).await.unwrap_err();
    assert!(matches!(refused, Error::NameTaken), "{refused:?}");
    let mut elsewhere = workload(3, "a");
    elsewhere.project = ProjectId(2);
    store.commit(&[write(&elsewhere)]).await.unwrap();

    // In one batch: the one goes, the other takes its name.
    store.commit(&[write(&deleted(first, 9)), write(&workload(2, "a"))]).await.unwrap();
    let second = deleted(workload(2, "a"), 10);
    store.commit(&[write(&second), write(&workload(4, "a"))]).await.unwrap();
    assert_eq!(store.load(at(0)).await.unwrap().workloads.len(), 4);
}

pub async fn other_names_are_taken_too(place: Place) {
    let store = place.open().await;
    let changes = [
        Change::Department(department(1, "research")),
        Change::Project(project(1, "vision")),
        person(user(1, "a@example.com")),
        client(application("ci")),
    ];
    store.commit(&changes).await.unwrap();
    let mut other = application("ci");
    other.id = domain::ClientId(Uuid::from_u128(10));
    for double in [
        Change::Department(department(2, "research")),
        Change::Project(project(2, "vision")),
        person(user(2, "a@example.com")),
        client(other),
    ] {
        let refused = store.commit(std::slice::from_ref(&double)).await.unwrap_err();
        assert!(matches!(refused, Error::NameTaken), "{double:?}: {refused:?}");
    }
    // The same thing again is a change of it.
    let mut renamed = user(1, "c@example.com");
    renamed.must_change_password = true;
    store.commit(&[person(renamed.clone())]).await.unwrap();
    store.commit(&[person(user(2, "a@example.com"))]).await.unwrap();
    assert_eq!(store.load(at(0)).await.unwrap().users, [renamed, user(2, "a@example.com")]);
}

pub async fn an_old_version_changes_nothing(place: Place) {
    let store = place.open().await;
    let mut stored = workload(1, "a");
    stored.version = 5;
    store.commit(&[write(&stored)]).await.unwrap();
    for version in [4, 5] {
        let mut old = stored.clone();
        (old.version, old.restarts) = (version, 77);
        let batch = [Change::Project(project(1, "vision")), write(&old)];
        let refused = store.commit(&batch).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict(_)), "{refused:?}");
    }
    let facts = store.load(at(0)).await.unwrap();
    assert_eq!(facts.workloads, [stored.clone()]);
    assert!(facts.projects.is_empty());

    stored.version = 6;
    stored.restarts = 3;
    store.commit(&[write(&stored)]).await.unwrap();
    assert_eq!(store.load(at(0)).await.unwrap().workloads, [stored]);
}

pub async fn of_many_writers_of_one_version_one_wins(place: Place) {
    let store = place.open().await;
    store.commit(&[write(&workload(1, "a"))]).await.unwrap();
    let writers = (0..16_u32).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut next = workload(1, "a");
            (next.version, next.restarts) = (2, writer);
            store.commit(&[write(&next)]).await.map(|()| writer)
        })
    });
    let mut winners = vec![];
    for writer in writers.collect::<Vec<_>>() {
        match writer.await.unwrap() {
            Ok(winner) => winners.push(winner),
            Err(refused) => assert!(matches!(refused, Error::Conflict(_)), "{refused:?}"),
        }
    }
    let stored = &store.load(at(0)).await.unwrap().workloads[0];
    assert_eq!(winners, [stored.restarts]);
}

pub async fn old_deleted_workloads_are_not_loaded(place: Place) {
    let store = place.open().await;
    let batch = [
        write(&workload(1, "live")),
        write(&deleted(workload(2, "long-ago"), 100)),
        write(&deleted(workload(3, "lately"), 101)),
    ];
    store.commit(&batch).await.unwrap();
    let facts = store.load(at(100)).await.unwrap();
    let names: Vec<_> = facts.workloads.iter().map(|w| w.name.as_str()).collect();
    assert_eq!(names, ["live", "lately"]);
}

pub async fn what_was_deleted_long_ago_is_forgotten(place: Place) {
    let store = place.open().await;
    let gone = deleted(workload(2, "long-ago"), 100);
    let batch = [
        write(&workload(1, "live")),
        write(&gone),
        Change::Event(event(1, &gone, 3)),
        write(&deleted(workload(3, "lately"), 101)),
    ];
    store.commit(&batch).await.unwrap();
    assert_eq!(store.forget_deleted(at(100)).await.unwrap(), 1);
    assert_eq!(store.load(Timestamp::MIN).await.unwrap().workloads.len(), 2);
    assert!(store.events(gone.id, EventKind::All, 0, 9, false).await.unwrap().items.is_empty());
    assert_eq!(store.forget_deleted(at(100)).await.unwrap(), 0);
}

pub async fn histories_come_in_pages(place: Place) {
    let store = place.open().await;
    let (mine, other) = (workload(1, "a"), workload(2, "b"));
    // Told in one batch at one moment, they keep their order; even numbers are changes of phase.
    let batch: Vec<_> = [9, 2, 7, 4].map(|n| Change::Event(event(n, &mine, 10))).into();
    store.commit(&batch).await.unwrap();
    store
        .commit(&[Change::Event(event(1, &mine, 20)), Change::Event(event(3, &other, 5))])
        .await
        .unwrap();
    store.commit(&[Change::Event(event(6, &mine, 1))]).await.unwrap();
    // Later, but at the same moment.
    store.commit(&[Change::Event(event(8, &mine, 10))]).await.unwrap();
    // What was told already is not told twice.
    store.commit(&batch).await.unwrap();

    use EventKind::*;
    assert_eq!(history(&store, All, (0, 10), false).await, (vec![6, 9, 2, 7, 4, 8, 1], false));
    assert_eq!(history(&store, All, (0, 10), true).await, (vec![1, 8, 4, 7, 2, 9, 6], false));
    assert_eq!(history(&store, All, (0, 2), true).await, (vec![1, 8], true));
    assert_eq!(history(&store, All, (5, 2), true).await, (vec![9, 6], false));
    assert_eq!(history(&store, All, (7, 2), true).await, (vec![], false));
    assert_eq!(history(&store, Phases, (0, 2), false).await, (vec![6, 2], true));
    assert_eq!(history(&store, Events, (0, 3), false).await, (vec![9, 7, 1], false));
}

pub async fn a_forgotten_workload_takes_its_history_along(place: Place) {
    let store = place.open().await;
    let (mine, other) = (workload(1, "a"), workload(2, "b"));
    let batch = [
        write(&mine),
        write(&other),
        Change::Event(event(1, &mine, 1)),
        Change::Event(event(2, &other, 1)),
    ];
    store.commit(&batch).await.unwrap();
    store.commit(&[Change::ForgetWorkload(mine.id)]).await.unwrap();
    assert_eq!(names(&store).await, ["b"]);
    assert_eq!(history(&store, EventKind::All, (0, 9), false).await, (vec![], false));
    let kept = store.events(other.id, EventKind::All, 0, 9, false).await.unwrap();
    assert_eq!(kept.items.len(), 1);
}

pub async fn sessions_live_and_end(place: Place) {
    let store = place.open().await;
    let keys = [[1; 32], [2; 32], [3; 32], [4; 32]];
    for (key, (user, expires)) in keys.iter().zip([(1, 100), (1, 200), (2, 100), (2, 300)]) {
        store.insert_session(key, &session(user, expires)).await.unwrap();
    }
    assert_eq!(store.session(&keys[0]).await.unwrap(), Some(session(1, 100)));
    assert_eq!(store.session(&[9; 32]).await.unwrap(), None);

    let mut used = session(1, 250);
    used.last_seen = at(60);
    store.touch_session(&keys[0], &used).await.unwrap();
    assert_eq!(store.session(&keys[0]).await.unwrap(), Some(used));

    store.prune_sessions(at(100)).await.unwrap();
    assert_eq!(store.session(&keys[2]).await.unwrap(), None);
    store.delete_session(&keys[3]).await.unwrap();
    assert_eq!(store.session(&keys[3]).await.unwrap(), None);

    store.insert_session(&keys[3], &session(2, 300)).await.unwrap();
    let end = AccessChange::EndSessions(session(1, 0).user);
    store.commit(&[Change::Access(end)]).await.unwrap();
    assert_eq!(store.session(&keys[0]).await.unwrap(), None);
    assert_eq!(store.session(&keys[1]).await.unwrap(), None);
    assert_eq!(store.session(&keys[3]).await.unwrap(), Some(session(2, 300)));
}

pub async fn a_link_works_once(place: Place) {
    let store = place.open().await;
    let key = [7; 32];
    store.insert_link(&key, "first", at(100)).await.unwrap();
    assert!(!store.take_link(&key, "other", at(0)).await.unwrap());
    assert!(!store.take_link(&[8; 32], "first", at(0)).await.unwrap());
    assert!(!store.take_link(&key, "first", at(100)).await.unwrap());
    let takers = (0..16).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.take_link(&key, "first", at(99)).await.unwrap() })
    });
    let mut taken = 0;
    for taker in takers.collect::<Vec<_>>() {
        taken += usize::from(taker.await.unwrap());
    }
    assert_eq!(taken, 1);
}

pub async fn values_are_kept_by_name(place: Place) {
    let store = place.open().await;
    assert_eq!(store.meta("secret").await.unwrap(), None);
    store.set_meta("secret", "one").await.unwrap();
    store.set_meta("secret", "two ☂").await.unwrap();
    store.set_meta("other", "").await.unwrap();
    drop(store);
    let store = place.open().await;
    assert_eq!(store.meta("secret").await.unwrap().as_deref(), Some("two ☂"));
    assert_eq!(store.meta("other").await.unwrap().as_deref(), Some(""));
}

pub async fn a_newer_database_is_refused(place: Place) {
    drop(place.open().await);
    place
        .run(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
              SELECT 9001, 'from the future', success, checksum, 0 FROM _sqlx_migrations
              WHERE version = 1",
        )
        .await;
    let refused = Store::open(&place.url).await.unwrap_err();
    assert!(matches!(refused, Error::Newer { found: 9001, known } if known < 9001), "{refused:?}");
    place.run("DELETE FROM _sqlx_migrations WHERE version = 9001").await;
    place.open().await;
}

/// Says how long it takes; the machine decides, so nothing is asserted about it.
pub async fn ten_thousand_workloads_load(place: Place) {
    let store = place.open().await;
    let all: Vec<_> = (0..10_000).map(|n| write(&workload(n, &format!("w{n}")))).collect();
    let begun = Instant::now();
    for batch in all.chunks(500) {
        store.commit(batch).await.unwrap();
    }
    let written = begun.elapsed();
    let begun = Instant::now();
    let facts = store.load(at(0)).await.unwrap();
    let loaded = begun.elapsed();
    assert_eq!(facts.workloads.len(), 10_000);

    let begun = Instant::now();
    for number in 0..100 {
        let batch = [write(&workload(20_000 + number, &format!("x{number}")))];
        store.commit(&batch).await.unwrap();
    }
    let one = begun.elapsed() / 100;
    println!("{:?}: 10 000 workloads written in {written:?}, loaded in {loaded:?}", place.url);
    println!("{:?}: one commit of one workload takes {one:?}", place.url);
}
