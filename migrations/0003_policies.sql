-- Workload policies: one of a scope and a workload type. The account has no id, so its policies have
-- an empty `owner`.
CREATE TABLE policies (
    scope TEXT NOT NULL,
    owner TEXT NOT NULL,
    workload_type TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (scope, owner, workload_type)
);
