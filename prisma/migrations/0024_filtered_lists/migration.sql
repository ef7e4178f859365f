-- Rows of an import: lib/imports/internal/rows-sql.ts. By match, decision and state (one number for what a row is of the three), and in
-- each by what the list is sorted by: whatever filters are chosen, a page is put together from the beginnings of a few of these.
DROP INDEX import_rows_matched_by_name;
DROP INDEX import_rows_decided_by_name;
DROP INDEX import_rows_run_by_name;
CREATE INDEX import_rows_of_class_by_name ON import_rows (import_id,
  ((CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END) * 16
    + (CASE decision WHEN 'create' THEN 1 WHEN 'link' THEN 2 WHEN 'ignore' THEN 3 ELSE 0 END) * 4
    + (CASE state WHEN 'queued' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 ELSE 0 END)),
  (left(lower(coalesce(nullif(display_name, ''), nullif(btrim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), ''), user_name)), 200) COLLATE "C"), remote_id);
CREATE INDEX import_rows_of_class_by_username ON import_rows (import_id,
  ((CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END) * 16
    + (CASE decision WHEN 'create' THEN 1 WHEN 'link' THEN 2 WHEN 'ignore' THEN 3 ELSE 0 END) * 4
    + (CASE state WHEN 'queued' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 ELSE 0 END)),
  (left(lower(user_name), 200) COLLATE "C"), remote_id);
CREATE INDEX import_rows_of_class_by_email ON import_rows (import_id,
  ((CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END) * 16
    + (CASE decision WHEN 'create' THEN 1 WHEN 'link' THEN 2 WHEN 'ignore' THEN 3 ELSE 0 END) * 4
    + (CASE state WHEN 'queued' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 ELSE 0 END)),
  (left(lower(coalesce(email, '')), 200) COLLATE "C"), remote_id);
CREATE INDEX import_rows_of_class_by_match ON import_rows (import_id,
  ((CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END) * 16
    + (CASE decision WHEN 'create' THEN 1 WHEN 'link' THEN 2 WHEN 'ignore' THEN 3 ELSE 0 END) * 4
    + (CASE state WHEN 'queued' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 ELSE 0 END)),
  (CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END), remote_id);
-- Accounts that are inactive over there and are to be linked: whether one of them would be activated is asked of each.
CREATE INDEX import_rows_inactive ON import_rows (import_id, remote_id)
  WHERE NOT active AND decision = 'link' AND state = 'listed' AND match <> 'imported';

-- People of each status, in each order (lib/directory/person-sql.ts). Somebody is in one of them, and how many there are is counted from
-- the index alone.
DROP INDEX users_by_standing;
CREATE INDEX users_active_by_name ON users ((lower(lastname || ' ' || firstname) COLLATE "C"), id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NOT NULL;
CREATE INDEX users_active_by_username ON users (username_folded, id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NOT NULL;
CREATE INDEX users_active_by_email ON users (email_folded, id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NOT NULL;
CREATE INDEX users_active_by_department ON users ((lower(coalesce(department, '')) COLLATE "C"), (lower(lastname || ' ' || firstname) COLLATE "C"), id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NOT NULL;
CREATE INDEX users_active_by_created ON users (created_at, id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NOT NULL;
CREATE INDEX users_suspended_by_name ON users ((lower(lastname || ' ' || firstname) COLLATE "C"), id)
  WHERE deleted_at IS NULL AND status = 'suspended';
CREATE INDEX users_suspended_by_username ON users (username_folded, id)
  WHERE deleted_at IS NULL AND status = 'suspended';
CREATE INDEX users_suspended_by_email ON users (email_folded, id)
  WHERE deleted_at IS NULL AND status = 'suspended';
CREATE INDEX users_suspended_by_department ON users ((lower(coalesce(department, '')) COLLATE "C"), (lower(lastname || ' ' || firstname) COLLATE "C"), id)
  WHERE deleted_at IS NULL AND status = 'suspended';
CREATE INDEX users_suspended_by_created ON users (created_at, id)
  WHERE deleted_at IS NULL AND status = 'suspended';
CREATE INDEX users_pending_by_name ON users ((lower(lastname || ' ' || firstname) COLLATE "C"), id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NULL;
CREATE INDEX users_pending_by_username ON users (username_folded, id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NULL;
CREATE INDEX users_pending_by_email ON users (email_folded, id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NULL;
CREATE INDEX users_pending_by_department ON users ((lower(coalesce(department, '')) COLLATE "C"), (lower(lastname || ' ' || firstname) COLLATE "C"), id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NULL;
CREATE INDEX users_pending_by_created ON users (created_at, id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NULL;
CREATE INDEX users_deleted_by_name ON users ((lower(lastname || ' ' || firstname) COLLATE "C"), id)
  WHERE deleted_at IS NOT NULL AND purged_at IS NULL;
CREATE INDEX users_deleted_by_username ON users (username_folded, id)
  WHERE deleted_at IS NOT NULL AND purged_at IS NULL;
CREATE INDEX users_deleted_by_email ON users (email_folded, id)
  WHERE deleted_at IS NOT NULL AND purged_at IS NULL;
CREATE INDEX users_deleted_by_department ON users ((lower(coalesce(department, '')) COLLATE "C"), (lower(lastname || ' ' || firstname) COLLATE "C"), id)
  WHERE deleted_at IS NOT NULL AND purged_at IS NULL;
CREATE INDEX users_deleted_by_created ON users (created_at, id)
  WHERE deleted_at IS NOT NULL AND purged_at IS NULL;
-- The same for those who are more than users.
CREATE INDEX users_by_role_and_username ON users (role, username_folded, id)
  WHERE deleted_at IS NULL AND role <> 'user';
CREATE INDEX users_by_role_and_email ON users (role, email_folded, id)
  WHERE deleted_at IS NULL AND role <> 'user';
CREATE INDEX users_by_role_and_department ON users (role, (lower(coalesce(department, '')) COLLATE "C"), (lower(lastname || ' ' || firstname) COLLATE "C"), id)
  WHERE deleted_at IS NULL AND role <> 'user';
CREATE INDEX users_by_role_and_created ON users (role, created_at, id)
  WHERE deleted_at IS NULL AND role <> 'user';
-- With the column that the expression is made of, a department is counted from the index alone.
DROP INDEX users_by_department_created;
CREATE INDEX users_by_department_created ON users ((lower(coalesce(department, '')) COLLATE "C"), created_at, id) INCLUDE (department)
  WHERE deleted_at IS NULL;

-- Mails and deliveries in their order, and mails by words.
CREATE INDEX mails_by_words ON mails USING gin (lower("to" || ' ' || subject) gin_trgm_ops);
CREATE INDEX "mails_created_at_id_idx" ON "mails"("created_at", "id");
DROP INDEX "mails_created_at_idx";
CREATE INDEX mails_waiting ON mails (created_at, id) WHERE sent_at IS NULL AND error IS NULL;
CREATE INDEX mails_failed ON mails (created_at, id) WHERE sent_at IS NULL AND error IS NOT NULL;
CREATE INDEX "webhook_deliveries_webhook_id_created_at_id_idx" ON "webhook_deliveries"("webhook_id", "created_at", "id");
