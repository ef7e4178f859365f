-- Whoever types an application username, or assigns somebody by it, asks which account over there has that name: without an index, all that
-- were read of the application were looked through.
CREATE INDEX "remote_accounts_application_id_user_name_folded_idx" ON "remote_accounts" ("application_id", "user_name_folded");
