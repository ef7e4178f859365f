-- Where the metadata of a service provider is read from, and what came of it (lib/sso/sp-metadata).
CREATE TABLE sp_metadata_sources (
  application_id uuid PRIMARY KEY REFERENCES applications (id) ON DELETE CASCADE ON UPDATE CASCADE,
  url text NOT NULL,
  -- Which service provider is meant, where the document describes several; empty: the only one.
  entity_id text NOT NULL DEFAULT '',
  -- PEM: the document has to be signed with its key; empty: it need not be signed.
  certificate text NOT NULL DEFAULT '',
  read_at timestamptz(3),
  next_at timestamptz(3) NOT NULL,
  -- Since when it cannot be read, and why, in words.
  failing_since timestamptz(3),
  failure text,
  -- Until when what was read holds, and the end that was warned of.
  valid_until timestamptz(3),
  warned timestamptz(3),
  -- What was read and waits for somebody: it would change where people are sent, or what is trusted.
  held jsonb,
  held_at timestamptz(3),
  held_digest text,
  -- What somebody said no to: it does not wait again.
  rejected_digest text
);
CREATE INDEX sp_metadata_sources_next_at_idx ON sp_metadata_sources (next_at);
