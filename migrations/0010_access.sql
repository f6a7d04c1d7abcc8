-- Access rules. `subject` says who (`user/ID`, `service-account/ID`, `group/NAME`), `scope` where
-- (`tenant`, `cluster/ID`, `department/ID`, `project/ID`). One that has ended has a `deleted_at`.
CREATE TABLE access_rules (
    id BIGINT PRIMARY KEY,
    subject TEXT NOT NULL,
    scope TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT NOT NULL
);

-- Who was an administrator has that role in the account from now on, and members work in their projects.
INSERT INTO access_rules (id, subject, scope, body)
SELECT ROW_NUMBER() OVER (ORDER BY kind, place, owner),
    kind || '/' || owner,
    CASE WHEN place = '' THEN 'tenant' ELSE 'project/' || place END,
    '{"id":"' || CAST(ROW_NUMBER() OVER (ORDER BY kind, place, owner) AS TEXT)
        || '","subject":{"type":"' || kind || '","id":"' || owner || '"},"role":'
        || CASE WHEN place = '' THEN '1' ELSE '4' END
        || ',"scope":' || CASE WHEN place = '' THEN '{"level":"account"}'
            ELSE '{"level":"project","id":"' || place || '"}' END
        || ',"createdBy":"Berth","createdAt":"'
        || REPLACE(SUBSTR(CAST(CURRENT_TIMESTAMP AS TEXT), 1, 19), ' ', 'T') || 'Z"}'
FROM (
    SELECT 'user' AS kind, id AS owner, '' AS place FROM users WHERE body LIKE '%"is_admin":true%'
    UNION ALL
    SELECT 'service-account', id, '' FROM applications WHERE body LIKE '%"is_admin":true%'
    UNION ALL
    SELECT 'user', user_id, project FROM members
) AS earlier;

-- Whose access key an application is; without an owner it is a service account.
ALTER TABLE applications ADD COLUMN owner TEXT;
