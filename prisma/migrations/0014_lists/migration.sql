-- Every list is answered by an index over what it is ordered by, and every search by trigrams. The extension comes with
-- PostgreSQL and is trusted: the owner of a database may make it.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
    CREATE EXTENSION pg_trgm;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'Searching needs the extension pg_trgm, which % may not make in this database. As a superuser run in it, once: CREATE EXTENSION pg_trgm;', current_user;
  WHEN undefined_file OR feature_not_supported THEN
    RAISE EXCEPTION 'Searching needs the extension pg_trgm, which this PostgreSQL server has not installed. Install its contrib modules (postgresql-contrib), then start again.';
END $$;

-- People: the expressions are those of lib/directory/person-sql.ts, word by word. COLLATE "C": an order that no locale
-- changes, and the beginnings of words are found in it.
CREATE INDEX users_by_name ON users ((lower(lastname || ' ' || firstname) COLLATE "C"), id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_display_name ON users ((lower(display_name) COLLATE "C"), id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_username ON users (username_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_email ON users (email_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_created ON users (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_department ON users
  ((lower(coalesce(department, '')) COLLATE "C"), (lower(lastname || ' ' || firstname) COLLATE "C"), id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_role ON users (role, (lower(lastname || ' ' || firstname) COLLATE "C"), id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_standing ON users (
  (CASE WHEN purged_at IS NOT NULL THEN 'purged' WHEN deleted_at IS NOT NULL THEN 'deleted' WHEN status = 'suspended' THEN 'suspended'
    WHEN password_hash IS NULL THEN 'pending' ELSE 'active' END),
  (lower(lastname || ' ' || firstname) COLLATE "C"), id);
CREATE INDEX users_by_words ON users USING gin (
  lower(display_name || ' ' || firstname || ' ' || lastname || ' ' || username || ' ' || email || ' ' || coalesce(employee_identifier, '')
    || ' ' || coalesce(department, '') || ' ' || coalesce(job_title, '')) gin_trgm_ops);

-- User groups: lib/directory/list-groups.ts.
CREATE INDEX groups_by_name ON groups (name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX groups_imported_by_name ON groups (name_folded, id) WHERE deleted_at IS NULL AND imported_from_id IS NOT NULL;
CREATE INDEX groups_by_created ON groups (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX groups_by_words ON groups USING gin (lower(name || ' ' || description) gin_trgm_ops);

-- Events: lib/events/queries.ts. They are listed by their id.
CREATE INDEX events_errors ON events (id) WHERE outcome = 'error';
CREATE INDEX events_errors_by_application ON events (application_id, id) WHERE outcome = 'error';
CREATE INDEX events_by_cycle ON events (cycle_id, id) WHERE cycle_id IS NOT NULL;
CREATE INDEX events_by_words ON events USING gin (
  lower(name || ' ' || actor_name || ' ' || coalesce(target_name, '') || ' ' || coalesce(application_label, '') || ' ' || coalesce(code, '')
    || ' ' || coalesce(message, '')) gin_trgm_ops);

-- Rows of an import: lib/imports/internal/rows-sql.ts. What applications send has no limit, what an index holds has one.
CREATE INDEX import_rows_by_name ON import_rows (import_id,
  (left(lower(coalesce(nullif(display_name, ''), nullif(btrim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), ''), user_name)), 200) COLLATE "C"),
  remote_id);
CREATE INDEX import_rows_by_username ON import_rows (import_id, (left(lower(user_name), 200) COLLATE "C"), remote_id);
CREATE INDEX import_rows_by_email ON import_rows (import_id, (left(lower(coalesce(email, '')), 200) COLLATE "C"), remote_id);
CREATE INDEX import_rows_by_match ON import_rows (import_id,
  (CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END), remote_id);
CREATE INDEX import_rows_matched_by_name ON import_rows (import_id, match,
  (left(lower(coalesce(nullif(display_name, ''), nullif(btrim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), ''), user_name)), 200) COLLATE "C"),
  remote_id);
CREATE INDEX import_rows_decided_by_name ON import_rows (import_id, decision,
  (left(lower(coalesce(nullif(display_name, ''), nullif(btrim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), ''), user_name)), 200) COLLATE "C"),
  remote_id);
CREATE INDEX import_rows_run_by_name ON import_rows (import_id, state,
  (left(lower(coalesce(nullif(display_name, ''), nullif(btrim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), ''), user_name)), 200) COLLATE "C"),
  remote_id) WHERE state <> 'listed';
CREATE INDEX import_rows_of_person ON import_rows (import_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX import_rows_by_words ON import_rows USING gin (
  lower(user_name || ' ' || coalesce(email, '') || ' ' || coalesce(display_name, '') || ' ' || coalesce(firstname, '') || ' ' || coalesce(lastname, ''))
  gin_trgm_ops);

-- What the tiles and filters of an import count is kept, not counted: 100,000 rows would be read each time somebody looks.
CREATE TABLE "import_row_counts" (
    "import_id" UUID NOT NULL,
    "match" "import_match" NOT NULL,
    "decision" TEXT NOT NULL,
    "choice_reason" TEXT NOT NULL,
    "state" "import_row_state" NOT NULL,
    "rows" INTEGER NOT NULL,

    CONSTRAINT "import_row_counts_pkey" PRIMARY KEY ("import_id","match","decision","choice_reason","state")
);
ALTER TABLE "import_row_counts" ADD CONSTRAINT "import_row_counts_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;
INSERT INTO import_row_counts
SELECT import_id, match, coalesce(decision::text, ''), coalesce(choice_reason::text, ''), state, count(*)
FROM import_rows GROUP BY 1, 2, 3, 4, 5;

-- Once for each statement: what it took away and what it put there. In one order, so that two never wait for each other. Rows
-- that go with their import have nothing left to be counted in.
CREATE FUNCTION import_rows_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO import_row_counts AS kept
    SELECT import_id, match, coalesce(decision::text, ''), coalesce(choice_reason::text, ''), state, count(*)
    FROM put GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (import_id, match, decision, choice_reason, state) DO UPDATE SET rows = kept.rows + excluded.rows;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO import_row_counts AS kept
    SELECT import_id, match, coalesce(decision::text, ''), coalesce(choice_reason::text, ''), state, sum(change)
    FROM (SELECT import_id, match, decision, choice_reason, state, 1 AS change FROM put
      UNION ALL SELECT import_id, match, decision, choice_reason, state, -1 FROM taken) AS changed
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (import_id, match, decision, choice_reason, state) DO UPDATE SET rows = kept.rows + excluded.rows;
  ELSE
    UPDATE import_row_counts AS kept SET rows = kept.rows - gone.rows
    FROM (SELECT import_id, match, coalesce(decision::text, '') AS decision, coalesce(choice_reason::text, '') AS choice_reason, state,
        count(*) AS rows FROM taken GROUP BY 1, 2, 3, 4, 5) AS gone
    WHERE (kept.import_id, kept.match, kept.decision, kept.choice_reason, kept.state)
      = (gone.import_id, gone.match, gone.decision, gone.choice_reason, gone.state);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER import_rows_put AFTER INSERT ON import_rows REFERENCING NEW TABLE AS put
  FOR EACH STATEMENT EXECUTE FUNCTION import_rows_counted();
CREATE TRIGGER import_rows_changed AFTER UPDATE ON import_rows REFERENCING NEW TABLE AS put OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION import_rows_counted();
CREATE TRIGGER import_rows_taken AFTER DELETE ON import_rows REFERENCING OLD TABLE AS taken
  FOR EACH STATEMENT EXECUTE FUNCTION import_rows_counted();
