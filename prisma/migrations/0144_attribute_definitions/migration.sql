-- Custom attributes are defined by hand too: with a label, and deleted or given another type while nobody has a value.
ALTER TABLE attribute_definitions
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN label text NOT NULL DEFAULT '',
  ADD COLUMN description text NOT NULL DEFAULT '',
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN updated_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
CREATE UNIQUE INDEX attribute_definitions_id_key ON attribute_definitions (id);

-- As before (0020), and who gives a first value holds its definition until the end: who deletes it, or changes its type, holds it
-- for themselves while they look whether anybody has a value. In the order of names, and shared: users do not wait for each other.
CREATE OR REPLACE FUNCTION define_attributes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NOT ARRAY(SELECT jsonb_object_keys(NEW.custom_attributes)) <@ ARRAY(SELECT jsonb_object_keys(OLD.custom_attributes)) THEN
    PERFORM FROM attribute_definitions d WHERE d.key IN (SELECT jsonb_object_keys(NEW.custom_attributes))
    ORDER BY d.key FOR KEY SHARE;
  END IF;
  INSERT INTO attribute_definitions (key, type)
  SELECT used.key, CASE WHEN jsonb_typeof(used.value) IN ('number', 'boolean') THEN jsonb_typeof(used.value) ELSE 'string' END
  FROM jsonb_each(NEW.custom_attributes) used
  WHERE NOT EXISTS (SELECT 1 FROM attribute_definitions d WHERE d.key = used.key)
  ORDER BY used.key
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
