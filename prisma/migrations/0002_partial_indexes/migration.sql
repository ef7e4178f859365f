-- What Prisma's schema language has no word for. Names are unique among what is not deleted, whatever their case.
CREATE UNIQUE INDEX users_username_live ON users (lower(username)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX users_email_live ON users (lower(email)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX groups_name_live ON groups (lower(name)) WHERE deleted_at IS NULL AND imported_from_id IS NULL;
CREATE UNIQUE INDEX idp_keys_one_current ON idp_keys (application_id) WHERE state = 'current';

-- The engine asks for what is due, per application, most urgent first.
CREATE INDEX user_links_due ON user_links (application_id, priority, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX group_links_due ON group_links (application_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX operations_open ON operations (application_id) WHERE state = 'intent';

-- One cycle and one running import at a time for an application.
CREATE UNIQUE INDEX cycles_one_open ON cycles (application_id) WHERE finished_at IS NULL;
CREATE UNIQUE INDEX imports_one_open ON imports (application_id) WHERE finished_at IS NULL;

-- Events are append-only: the database itself refuses to rewrite history. Retention deletes whole rows by age.
CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are append-only';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION events_append_only();
