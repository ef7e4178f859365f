-- A group that somebody has unlinked is left alone. Members whom a reading did not show are looked for once they were put back: a
-- server that does not show them then does not show members.
ALTER TABLE "group_links" ADD COLUMN "unlinked" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "members_lost" BOOLEAN NOT NULL DEFAULT false;

-- Groups of an application by name, and by part of it: among them one is chosen by hand. An index of B-tree takes no long names.
CREATE INDEX remote_groups_by_name ON remote_groups (application_id, left(lower(display_name), 200), remote_id);
CREATE INDEX remote_groups_words ON remote_groups USING gin (display_name gin_trgm_ops);
