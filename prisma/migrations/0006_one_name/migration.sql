-- One name, one person: username and e-mail address, of everybody who is not deleted, in one table with one unique index.
CREATE TABLE "taken_names" (
    "name" TEXT COLLATE "C" NOT NULL,
    "user_id" UUID NOT NULL,
    "contested" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "taken_names_pkey" PRIMARY KEY ("name","user_id")
);
CREATE INDEX "taken_names_user_id_idx" ON "taken_names"("user_id");
ALTER TABLE "taken_names" ADD CONSTRAINT "taken_names_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Of people who have had one name until now, the one who had it first keeps it; the other's is contested until it is mended.
INSERT INTO taken_names (name, user_id, contested)
SELECT name, user_id, row_number() OVER (PARTITION BY name ORDER BY created_at, user_id) > 1
FROM (
  SELECT username_folded AS name, id AS user_id, created_at FROM users WHERE deleted_at IS NULL
  UNION
  SELECT email_folded, id, created_at FROM users WHERE deleted_at IS NULL) AS claims;

CREATE UNIQUE INDEX taken_names_one_person ON taken_names (name) WHERE NOT contested;
CREATE INDEX taken_names_contested ON taken_names (user_id) WHERE contested;
DROP INDEX users_username_live;
DROP INDEX users_email_live;
-- What was written past lib/db/folded-columns.ts is refused.
ALTER TABLE users ADD CONSTRAINT users_names_are_folded CHECK (username_folded <> '' AND email_folded <> '');

CREATE FUNCTION users_take_names() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  person uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END;
  wanted text[] := '{}';
  freed text[];
BEGIN
  -- Most of all people are made, or changed in something else: no more is done for them than has to be.
  IF TG_OP = 'INSERT' THEN
    IF NEW.deleted_at IS NULL THEN
      INSERT INTO taken_names (name, user_id) VALUES (NEW.username_folded, NEW.id);
      IF NEW.email_folded <> NEW.username_folded THEN
        INSERT INTO taken_names (name, user_id) VALUES (NEW.email_folded, NEW.id);
      END IF;
    END IF;
    RETURN NEW;
  ELSIF TG_OP = 'UPDATE' THEN
    IF (NEW.username_folded, NEW.email_folded, NEW.deleted_at) IS NOT DISTINCT FROM (OLD.username_folded, OLD.email_folded, OLD.deleted_at) THEN
      RETURN NEW;
    END IF;
    IF NEW.deleted_at IS NULL THEN
      wanted := ARRAY[NEW.username_folded, NEW.email_folded];
    END IF;
  END IF;
  WITH given_up AS (
    DELETE FROM taken_names WHERE user_id = person AND NOT name = ANY (wanted) RETURNING name, contested)
  SELECT array_agg(name) INTO freed FROM given_up WHERE NOT contested;
  -- Whoever has waited longest for a name gets it when it is given up.
  UPDATE taken_names t SET contested = false
  FROM (
    SELECT DISTINCT ON (w.name) w.name, w.user_id FROM taken_names w JOIN users u ON u.id = w.user_id
    WHERE w.name = ANY (freed) ORDER BY w.name, u.created_at, u.id) AS next
  WHERE t.name = next.name AND t.user_id = next.user_id;
  INSERT INTO taken_names (name, user_id)
  SELECT DISTINCT w.name, person FROM unnest(wanted) AS w(name)
  WHERE NOT EXISTS (SELECT 1 FROM taken_names mine WHERE mine.name = w.name AND mine.user_id = person);
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER users_take_names AFTER INSERT OR UPDATE OF username_folded, email_folded, deleted_at ON users
  FOR EACH ROW EXECUTE FUNCTION users_take_names();
CREATE TRIGGER users_give_up_names BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION users_take_names();

-- The same for the directory's own groups, which have one name each.
UPDATE groups SET name_contested = true WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY name_folded ORDER BY created_at, id) AS place
    FROM groups WHERE deleted_at IS NULL AND imported_from_id IS NULL) AS ranked
  WHERE place > 1);
DROP INDEX groups_name_live;
CREATE UNIQUE INDEX groups_name_live ON groups (name_folded)
  WHERE deleted_at IS NULL AND imported_from_id IS NULL AND NOT name_contested;
CREATE INDEX groups_name_contested ON groups (name_folded) WHERE name_contested;
ALTER TABLE groups ADD CONSTRAINT groups_name_is_folded CHECK (name_folded <> '');

CREATE FUNCTION groups_rename() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.name_folded <> OLD.name_folded THEN NEW.name_contested := false; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER groups_rename BEFORE UPDATE OF name_folded ON groups FOR EACH ROW EXECUTE FUNCTION groups_rename();
CREATE FUNCTION groups_give_up_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE groups SET name_contested = false WHERE id = (
    SELECT id FROM groups WHERE name_contested AND name_folded = OLD.name_folded AND deleted_at IS NULL
    ORDER BY created_at, id LIMIT 1)
  AND NOT EXISTS (
    SELECT 1 FROM groups WHERE name_folded = OLD.name_folded AND NOT name_contested
      AND deleted_at IS NULL AND imported_from_id IS NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER groups_give_up_name AFTER UPDATE OF name_folded, deleted_at OR DELETE ON groups
  FOR EACH ROW EXECUTE FUNCTION groups_give_up_name();

-- Names that are computed for people in applications, kept so that two people of one name are found.
CREATE TABLE "namings" (
    "id" UUID NOT NULL,
    "format" TEXT NOT NULL,
    "name_id_source" JSONB,
    "application_id" UUID,
    "filled_to" UUID,
    "complete" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "namings_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "computed_names" (
    "naming_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "computed_names_pkey" PRIMARY KEY ("naming_id","user_id")
);
CREATE TABLE "stale_names" (
    "user_id" UUID NOT NULL,

    CONSTRAINT "stale_names_pkey" PRIMARY KEY ("user_id")
);
CREATE INDEX "computed_names_naming_id_name_idx" ON "computed_names"("naming_id", "name");
CREATE INDEX "computed_names_user_id_idx" ON "computed_names"("user_id");
CREATE INDEX "application_users_folded" ON "application_users"("application_id", "application_username_folded");
CREATE INDEX "user_links_application_id_account_name_idx" ON "user_links"("application_id", "account_name");
ALTER TABLE "namings" ADD CONSTRAINT "namings_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "computed_names" ADD CONSTRAINT "computed_names_naming_id_fkey" FOREIGN KEY ("naming_id") REFERENCES "namings"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "computed_names" ADD CONSTRAINT "computed_names_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "stale_names" ADD CONSTRAINT "stale_names_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Whoever changes what a name may be computed from says so in the same transaction. Whoever computes holds the person's row
-- (FOR SHARE): a mark comes before the computing, or after it.
CREATE FUNCTION users_names_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stale_names (user_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER users_names_stale AFTER INSERT OR UPDATE OF username, email, firstname, lastname, display_name,
  employee_identifier, job_title, department, company, cost_center, location, phone, manager_id, custom_attributes ON users
  FOR EACH ROW EXECUTE FUNCTION users_names_stale();
CREATE FUNCTION application_users_names_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM users WHERE id = NEW.user_id FOR NO KEY UPDATE;
  INSERT INTO stale_names (user_id) VALUES (NEW.user_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER application_users_names_typed AFTER INSERT ON application_users
  FOR EACH ROW WHEN (NEW.application_username IS NOT NULL) EXECUTE FUNCTION application_users_names_stale();
CREATE TRIGGER application_users_names_retyped AFTER UPDATE OF application_username ON application_users
  FOR EACH ROW WHEN (NEW.application_username IS DISTINCT FROM OLD.application_username)
  EXECUTE FUNCTION application_users_names_stale();
ALTER TABLE application_users ADD CONSTRAINT application_users_username_is_folded
  CHECK ((application_username IS NULL) = (application_username_folded IS NULL));
