-- What is written when somebody signs in to an application, but for the event: one call, so that it takes one statement and each step sees what others have
-- committed while it waited (lib/sso/write-sign-in.ts). With any other outcome than 'answered', nothing was written.
CREATE FUNCTION answer_sign_in(
  of_session uuid, of_application uuid, password_given timestamptz, request text, remembered_until timestamptz, named text, is_transient boolean,
  new_index text, new_end timestamptz, moment timestamptz, seen_before timestamptz,
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
      UPDATE saml_sessions h SET name_id = named WHERE h.id = held.id;
    END IF;
    session_index := held.session_index;
    ends_at := held.ends_at;
  ELSE
    session_index := new_index;
    ends_at := least(new_end, ours.expires_at);
    -- Clocks of two processes differ: what is begun now was begun after the password was given.
    INSERT INTO saml_sessions (id, application_id, session_id, session_index, name_id, ends_at, created_at)
    VALUES (gen_random_uuid(), of_application, of_session, session_index, named, answer_sign_in.ends_at, greatest(moment, password_given));
  END IF;
  outcome := 'answered';
END $$;
