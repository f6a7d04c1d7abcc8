-- Cycles that decided something: what they read and what they said. `base` is the cycle to which `body`
-- is a difference; where it is missing, `body` is the whole. `size` is the length of `body`.
CREATE TABLE cycles (
    id BIGINT PRIMARY KEY,
    cluster TEXT NOT NULL,
    at BIGINT NOT NULL,
    base BIGINT,
    size BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX cycles_of_cluster ON cycles (cluster, id);
