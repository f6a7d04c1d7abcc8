-- General settings that differ from their defaults, by the name of the wire.
CREATE TABLE settings (name TEXT PRIMARY KEY, body TEXT NOT NULL);
