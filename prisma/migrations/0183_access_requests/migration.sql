-- Whether people without access see an application in the user portal and can ask for it (lib/applications/settings.ts).
ALTER TABLE applications ADD COLUMN requestable boolean NOT NULL DEFAULT false;

-- Who has asked for access, and when last (lib/sso/portal).
CREATE TABLE access_requests (
  application_id uuid NOT NULL REFERENCES applications (id) ON DELETE CASCADE ON UPDATE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  asked_at timestamptz(3) NOT NULL,
  PRIMARY KEY (application_id, user_id)
);
CREATE INDEX access_requests_user_id_idx ON access_requests (user_id);
CREATE INDEX access_requests_asked_at_idx ON access_requests (asked_at);
