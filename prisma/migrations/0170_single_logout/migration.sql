-- Single logout (lib/sso/logout). What a session at a service provider was named by, so that it can be ended by the same name; whether it was asked to
-- end, by which request, and what came of it.
ALTER TABLE "saml_sessions" ADD COLUMN "issued_name_id" JSONB;
ALTER TABLE "saml_sessions" ADD COLUMN "logout_id" UUID;
ALTER TABLE "saml_sessions" ADD COLUMN "logout_request_id" TEXT;
ALTER TABLE "saml_sessions" ADD COLUMN "asked_at" TIMESTAMPTZ(3);
ALTER TABLE "saml_sessions" ADD COLUMN "ended_at" TIMESTAMPTZ(3);
ALTER TABLE "saml_sessions" ADD COLUMN "refusal" TEXT;

-- The name alone tells whose sessions a request means that says no SessionIndex. It begins with the application, as the index that it replaces.
CREATE INDEX "saml_sessions_application_id_name_id_idx" ON "saml_sessions"("application_id", "name_id");
DROP INDEX "saml_sessions_application_id_idx";
CREATE INDEX "saml_sessions_logout_id_idx" ON "saml_sessions"("logout_id") WHERE "logout_id" IS NOT NULL;
CREATE INDEX "saml_sessions_logout_request_id_idx" ON "saml_sessions"("logout_request_id") WHERE "logout_request_id" IS NOT NULL;

-- A logout on its way through one browser. It ends with the session that it ends.
CREATE TABLE "logouts" (
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "application_id" UUID,
    "request_id" TEXT,
    "relay_state" TEXT,
    "return_to" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    CONSTRAINT "logouts_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "logouts_session_id_idx" ON "logouts"("session_id");
CREATE INDEX "logouts_application_id_idx" ON "logouts"("application_id");
ALTER TABLE "logouts" ADD CONSTRAINT "logouts_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "logouts" ADD CONSTRAINT "logouts_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "saml_sessions" ADD CONSTRAINT "saml_sessions_logout_id_fkey" FOREIGN KEY ("logout_id") REFERENCES "logouts"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- As before (0162), and with what the person is named by in full.
DROP FUNCTION answer_sign_in(uuid, uuid, timestamptz, text, timestamptz, text, boolean, text, timestamptz, timestamptz, timestamptz);
CREATE FUNCTION answer_sign_in(
  of_session uuid, of_application uuid, password_given timestamptz, request text, remembered_until timestamptz, named text, is_transient boolean,
  new_index text, new_end timestamptz, moment timestamptz, seen_before timestamptz, issued jsonb,
  OUT outcome text, OUT session_index text, OUT ends_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
  ours record;
  held record;
BEGIN
  SELECT s.expires_at, s.revoked_at, s.last_seen_at INTO ours FROM sessions s WHERE s.id = of_session FOR UPDATE;
  IF NOT FOUND OR ours.revoked_at IS NOT NULL OR ours.expires_at <= moment THEN
    outcome := 'ended';
    RETURN;
  END IF;
  IF request IS NOT NULL THEN
    INSERT INTO authn_requests (application_id, request_id, answered_at, expires_at) VALUES (of_application, request, moment, remembered_until)
      ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      outcome := 'replayed';
      RETURN;
    END IF;
  END IF;
  IF ours.last_seen_at < seen_before THEN
    UPDATE sessions s SET last_seen_at = moment WHERE s.id = of_session;
  END IF;
  SELECT h.id, h.session_index, h.ends_at INTO held FROM saml_sessions h
    WHERE h.session_id = of_session AND h.application_id = of_application AND h.created_at >= password_given AND h.ends_at > moment
      AND (is_transient OR h.name_id = named)
    ORDER BY h.created_at DESC LIMIT 1;
  IF FOUND THEN
    IF is_transient THEN
      UPDATE saml_sessions h SET name_id = named, issued_name_id = issued WHERE h.id = held.id;
    END IF;
    session_index := held.session_index;
    ends_at := held.ends_at;
  ELSE
    session_index := new_index;
    ends_at := least(new_end, ours.expires_at);
    -- Clocks of two processes differ: what is begun now was begun after the password was given.
    INSERT INTO saml_sessions (id, application_id, session_id, session_index, name_id, issued_name_id, ends_at, created_at)
    VALUES (gen_random_uuid(), of_application, of_session, session_index, named, issued, answer_sign_in.ends_at, greatest(moment, password_given));
  END IF;
  outcome := 'answered';
END $$;
