-- Assets and templates. `scope` is the place that owns it: `system`, `tenant`, `cluster/ID`,
-- `department/ID` or `project/ID`.
CREATE TABLE assets (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, scope, name)
);
CREATE TABLE templates (
    id TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (scope, name)
);
