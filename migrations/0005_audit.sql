-- What administrators changed. `subject` says of what: `policy/project/7/workspace`,
-- `setting/workloads.policies`.
CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL,
    place BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX audit_of_subject ON audit (subject, place);
