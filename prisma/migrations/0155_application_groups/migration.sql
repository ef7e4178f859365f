-- Groups that an import keeps as those of an application (lib/directory/application-groups.ts): which one it is over there, whether an
-- import found it gone, and whether the application tells who is in it.
ALTER TABLE "groups" ADD COLUMN "remote_id" TEXT, ADD COLUMN "gone_at" TIMESTAMPTZ(3), ADD COLUMN "members_told" BOOLEAN NOT NULL DEFAULT true;
CREATE UNIQUE INDEX "groups_of_application" ON "groups" ("imported_from_id", "remote_id")
  WHERE "imported_from_id" IS NOT NULL AND "remote_id" IS NOT NULL AND "deleted_at" IS NULL;
-- What an application is the master of follows from no rule, and comes from no other directory.
ALTER TABLE "groups" ADD CONSTRAINT "groups_one_master" CHECK ("imported_from_id" IS NULL OR NOT ("dynamic" OR "source_id" IS NOT NULL));

-- Who is in such a group over there. The person is whose account it is; null: nobody's of the directory.
CREATE TABLE "application_group_members" (
    "group_id" UUID NOT NULL,
    "remote_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "user_id" UUID,

    CONSTRAINT "application_group_members_pkey" PRIMARY KEY ("group_id", "remote_id")
);
ALTER TABLE "application_group_members" ADD CONSTRAINT "application_group_members_group_id_fkey"
  FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX "application_group_members_remote_id_idx" ON "application_group_members" ("remote_id");
-- Those who are not in the directory, by name, word by word as lib/directory/foreign-members.ts has it.
CREATE INDEX "application_group_members_foreign" ON "application_group_members" ("group_id", (left(lower("name"), 200) COLLATE "C"), "remote_id")
  WHERE "user_id" IS NULL;

-- What an import reads: accounts, groups, or both.
ALTER TABLE "imports" ADD COLUMN "takes_people" BOOLEAN NOT NULL DEFAULT true, ADD COLUMN "takes_groups" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "groups_cursor" INTEGER, ADD COLUMN "groups_reading" JSONB NOT NULL DEFAULT '{}', ADD COLUMN "groups_fetched" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "groups_complete" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "groups_error" JSONB, ADD COLUMN "held_leaving" INTEGER;

CREATE TYPE "import_group_match" AS ENUM ('none', 'name', 'linked', 'kept');
CREATE TYPE "import_group_decision" AS ENUM ('keep', 'link', 'turn', 'ignore');
CREATE TABLE "import_groups" (
    "import_id" UUID NOT NULL,
    "remote_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_folded" TEXT NOT NULL,
    "member_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "member_names" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "told" BOOLEAN NOT NULL,
    "gone" BOOLEAN NOT NULL DEFAULT false,
    "members" INTEGER NOT NULL DEFAULT 0,
    "foreign_members" INTEGER NOT NULL DEFAULT 0,
    "match" "import_group_match" NOT NULL DEFAULT 'none',
    "group_id" UUID,
    "decision" "import_group_decision",
    "state" "import_row_state" NOT NULL DEFAULT 'listed',
    "joins" INTEGER NOT NULL DEFAULT 0,
    "leaves" INTEGER NOT NULL DEFAULT 0,
    "error" JSONB,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by_id" UUID,
    "decided_by_name" TEXT,
    "decided_by_token_id" UUID,

    CONSTRAINT "import_groups_pkey" PRIMARY KEY ("import_id", "remote_id")
);
ALTER TABLE "import_groups" ADD CONSTRAINT "import_groups_import_id_fkey"
  FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX "import_groups_by_name" ON "import_groups" ("import_id", (left("name_folded", 200) COLLATE "C"), "remote_id");
CREATE INDEX "import_groups_import_id_state_idx" ON "import_groups" ("import_id", "state");

-- An account that became somebody's, or is nobody's any more, is looked at in the groups that it is in over there: in a task, because whoever
-- writes links waits for nobody. Where no group has it, nothing is asked for.
CREATE FUNCTION follow_accounts(applications uuid[], accounts text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM graphile_worker.add_job(identifier => 'follow-accounts', max_attempts => 25, priority => 0, payload => json_build_object(
      'applicationId', part.application_id, 'remoteIds', part.ids), flags => ARRAY['follow-accounts:' || part.application_id]),
    -- lib/queue/enqueue.ts, tellPools
    pg_notify('jobs:insert', json_build_object('r', random(), 'count', 0, 'task', 'follow-accounts', 'of', 1)::text)
  FROM (SELECT numbered.application_id, json_agg(numbered.remote_id) AS ids
    FROM (SELECT c.application_id, c.remote_id, (row_number() OVER (PARTITION BY c.application_id) - 1) / 1000 AS no
      FROM (SELECT DISTINCT application_id, remote_id FROM unnest(applications, accounts) AS given(application_id, remote_id)) c
      WHERE EXISTS (SELECT FROM application_group_members m JOIN groups g ON g.id = m.group_id AND g.imported_from_id = c.application_id
        WHERE m.remote_id = c.remote_id)) numbered
    GROUP BY numbered.application_id, numbered.no) part;
END $$;

CREATE FUNCTION links_came_or_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM application_group_members) THEN RETURN NULL; END IF;
  PERFORM follow_accounts(array_agg(l.application_id), array_agg(l.remote_id)) FROM changed l WHERE l.remote_id IS NOT NULL HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER user_links_came AFTER INSERT ON user_links REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION links_came_or_went();
CREATE TRIGGER user_links_went AFTER DELETE ON user_links REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION links_came_or_went();

CREATE FUNCTION links_changed_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM application_group_members) THEN RETURN NULL; END IF;
  PERFORM follow_accounts(array_agg(c.application_id), array_agg(c.remote_id)) FROM (
    SELECT n.application_id, account.remote_id FROM put n JOIN gone o ON o.id = n.id
    CROSS JOIN LATERAL (VALUES (o.remote_id), (n.remote_id)) AS account(remote_id)
    WHERE account.remote_id IS NOT NULL
      AND (o.remote_id IS DISTINCT FROM n.remote_id OR (o.state = 'deleted') <> (n.state = 'deleted'))) c HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER user_links_changed_accounts AFTER UPDATE ON user_links REFERENCING OLD TABLE AS gone NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION links_changed_accounts();
