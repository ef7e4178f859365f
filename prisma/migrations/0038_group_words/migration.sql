-- What words are searched in is kept beside the group, as it is beside the person (migration 0023): a search looks at a thousand
-- groups, and would put it together again for each.
ALTER TABLE groups ADD COLUMN words text GENERATED ALWAYS AS (lower(name || ' ' || description)) STORED;
DROP INDEX groups_by_words;
CREATE INDEX groups_by_words ON groups USING gin (words gin_trgm_ops);
ANALYZE groups;
