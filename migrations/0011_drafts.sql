-- What somebody has typed into a form and has not sent, where it is too long for an address.
CREATE TABLE drafts (id TEXT PRIMARY KEY, kept_at BIGINT NOT NULL, body TEXT NOT NULL);
