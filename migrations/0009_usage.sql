-- What was used of node pools with time-based fair share, an hour a row. `hour` counts from 1970.
CREATE TABLE pool_usage (
    pool TEXT NOT NULL,
    hour BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (pool, hour)
);
