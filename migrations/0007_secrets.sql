-- What credentials keep, encrypted; `key_id` names the key. The assets say everything else of them.
CREATE TABLE secrets (asset TEXT PRIMARY KEY, key_id BIGINT NOT NULL, sealed TEXT NOT NULL);

-- What administrators say about the storage classes of their clusters.
CREATE TABLE storage_classes (
    id TEXT PRIMARY KEY,
    cluster TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (cluster, name)
);
