-- Who may administer and has no password yet: few of few, and otherwise all of a role would be looked at for them.
CREATE INDEX users_pending_staff ON users (role, email_folded, id)
  WHERE deleted_at IS NULL AND status = 'active' AND password_hash IS NULL AND role <> 'user';
