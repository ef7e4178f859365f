-- Sign-ins that did not come about, each kept once however often it happens (lib/sso/failed-sign-ins).
CREATE TABLE failed_sign_ins (
  id uuid PRIMARY KEY,
  -- What the page says that people saw, without its dash.
  reference text NOT NULL,
  -- Null: there is no application at that address.
  application_id uuid REFERENCES applications (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- Who was signed in.
  user_id uuid REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE,
  -- What is the same in failures that are one: SHA-256.
  likeness text NOT NULL,
  -- Whose place among those that are kept it takes: of who was signed in, or of an address.
  sender text NOT NULL,
  code text NOT NULL,
  message text NOT NULL,
  hint text,
  client_address text,
  -- What the request asked, as far as it can be read (AskedRequest).
  asked jsonb NOT NULL,
  first_at timestamptz(3) NOT NULL,
  last_at timestamptz(3) NOT NULL,
  count integer NOT NULL
);
CREATE UNIQUE INDEX failed_sign_ins_reference_key ON failed_sign_ins (reference);
CREATE UNIQUE INDEX failed_sign_ins_likeness_key ON failed_sign_ins (likeness);
CREATE INDEX failed_sign_ins_application_id_last_at_idx ON failed_sign_ins (application_id, last_at);
CREATE INDEX failed_sign_ins_user_id_idx ON failed_sign_ins (user_id);
CREATE INDEX failed_sign_ins_last_at_idx ON failed_sign_ins (last_at);
