-- Whom to look at in a group of an application when it is worked on next; without a person, everybody. Marks are added and taken
-- away, never changed, so that whoever works on a group takes away just those that were there when it began.
CREATE TABLE "group_link_marks" (
    "id" BIGSERIAL NOT NULL,
    "group_link_id" UUID NOT NULL,
    "user_id" UUID,

    CONSTRAINT "group_link_marks_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "group_link_marks_group_link_id_idx" ON "group_link_marks"("group_link_id");
-- People have no foreign key: a mark of somebody who is gone says nothing, and nobody who goes is to wait for it.
ALTER TABLE "group_link_marks" ADD CONSTRAINT "group_link_marks_group_link_id_fkey" FOREIGN KEY ("group_link_id") REFERENCES "group_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Has these people looked at in these groups, or everybody (no people). Everybody as well where they are many, where many are marked
-- already, and where the group over there is not known: one mark says all of it, so that no group ever has many. `here`: only in the
-- groups that they are members of. The links are locked in the order in which everybody locks them.
CREATE FUNCTION mark_group_members(link_ids uuid[], user_ids uuid[], here boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  whole uuid[];
BEGIN
  PERFORM FROM group_links WHERE id = ANY (link_ids) ORDER BY application_id, group_id FOR NO KEY UPDATE;
  SELECT array_agg(l.id) INTO whole FROM group_links l
  WHERE l.id = ANY (link_ids) AND (user_ids IS NULL OR cardinality(user_ids) > 500
    OR l.remote_id IS NULL OR l.last_sent IS NULL OR l.state = 'released'
    OR EXISTS (SELECT FROM group_link_marks m WHERE m.group_link_id = l.id AND m.user_id IS NULL)
    OR (SELECT count(*) FROM (SELECT FROM group_link_marks m WHERE m.group_link_id = l.id LIMIT 1000) many) = 1000);
  IF whole IS NOT NULL THEN
    -- Also those that somebody is at work on: they take away what is gone already, and what is new stays.
    DELETE FROM group_link_marks WHERE group_link_id = ANY (whole);
    INSERT INTO group_link_marks (group_link_id) SELECT unnest(whole);
  END IF;
  INSERT INTO group_link_marks (group_link_id, user_id)
  SELECT l.id, p.user_id
  FROM group_links l CROSS JOIN (SELECT DISTINCT unnest(user_ids) AS user_id) p
  WHERE l.id = ANY (link_ids) AND (whole IS NULL OR l.id <> ALL (whole))
    AND (NOT here OR (SELECT true FROM effective_members e WHERE e.group_id = l.group_id AND e.user_id = p.user_id));
END $$;

-- Nobody knows what has changed in those that are there: once, everybody is looked at.
INSERT INTO group_link_marks (group_link_id) SELECT id FROM group_links;
