-- A scheduled import may read what has changed alone: since when; null: it reads everything. And the newest change that its reading has seen, by the
-- application's own clock (meta.lastModified), from which the next one goes on.
ALTER TABLE imports ADD COLUMN changed_since timestamptz(3), ADD COLUMN newest_change timestamptz(3);
