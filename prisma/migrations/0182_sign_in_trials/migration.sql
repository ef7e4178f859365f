-- A real sign-in that somebody tries and looks at (lib/sso/sign-in-trials): the last one of a person at an application.
CREATE TABLE sign_in_trials (
  application_id uuid NOT NULL REFERENCES applications (id) ON DELETE CASCADE ON UPDATE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- What the browser has in a cookie, by which its requests are known: SHA-256.
  token_hash text NOT NULL,
  started_at timestamptz(3) NOT NULL,
  -- What the service provider asked (AskedRequest), and when.
  asked jsonb,
  asked_at timestamptz(3),
  -- XML, without the value of its signature.
  response text,
  -- Of the failed sign-in that it came to.
  reference text,
  ended_at timestamptz(3),
  PRIMARY KEY (application_id, user_id)
);
CREATE UNIQUE INDEX sign_in_trials_token_hash_key ON sign_in_trials (token_hash);
CREATE INDEX sign_in_trials_user_id_idx ON sign_in_trials (user_id);
CREATE INDEX sign_in_trials_started_at_idx ON sign_in_trials (started_at);
