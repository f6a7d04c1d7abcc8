-- What workloads used, a window a row. `at` counts seconds from 1970, `cpu` thousandths of a core; `gpus` is JSON.
CREATE TABLE workload_samples (
    workload TEXT NOT NULL,
    at BIGINT NOT NULL,
    cpu BIGINT NOT NULL,
    memory BIGINT NOT NULL,
    gpus TEXT NOT NULL,
    PRIMARY KEY (workload, at)
);
CREATE INDEX workload_samples_by_time ON workload_samples (at);
