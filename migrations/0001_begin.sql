-- Everything that Berth keeps. Both databases read this file. Ids are text, times are microseconds
-- since 1970, truth is 0 or 1, and `body` is the whole thing as JSON; columns beside it are there for
-- keys and queries alone.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE clusters (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE node_pools (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE nodes (cluster TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (cluster, name));
CREATE TABLE departments (id TEXT PRIMARY KEY, cluster TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (cluster, name));
CREATE TABLE projects (id TEXT PRIMARY KEY, cluster TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (cluster, name));

CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE members (project TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY (project, user_id));
CREATE TABLE applications (id TEXT PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);

CREATE TABLE workloads (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    deleted_at BIGINT,
    body TEXT NOT NULL
);
-- A name is free again once its workload is deleted.
CREATE UNIQUE INDEX workloads_name ON workloads (project, name) WHERE deleted_at IS NULL;

CREATE TABLE events (
    id TEXT PRIMARY KEY,
    workload TEXT NOT NULL,
    at BIGINT NOT NULL,
    place BIGINT NOT NULL,
    is_phase BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX events_of_workload ON events (workload, at, place);

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE links (hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, expires_at BIGINT NOT NULL);
