-- Custom attributes of people have definitions: which there are was found by reading everybody.
CREATE TABLE "attribute_definitions" (
    "key" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "attribute_definitions_pkey" PRIMARY KEY ("key")
);

ALTER TABLE attribute_definitions ADD CONSTRAINT attribute_definitions_type CHECK (type IN ('string', 'number', 'boolean'));

-- Once for what is there, of the kind that most of its values have.
INSERT INTO attribute_definitions (key, type)
SELECT key, coalesce(mode() WITHIN GROUP (ORDER BY jsonb_typeof(value))
  FILTER (WHERE jsonb_typeof(value) IN ('string', 'number', 'boolean')), 'string')
FROM users CROSS JOIN LATERAL jsonb_each(custom_attributes)
WHERE jsonb_typeof(custom_attributes) = 'object' AND custom_attributes <> '{}'
GROUP BY key;

-- An attribute is defined by its first use, in the transaction of that use, whoever writes. In the order of names, so that two
-- who define the same attributes wait for each other and never deadlock.
CREATE FUNCTION define_attributes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO attribute_definitions (key, type)
  SELECT used.key, CASE WHEN jsonb_typeof(used.value) IN ('number', 'boolean') THEN jsonb_typeof(used.value) ELSE 'string' END
  FROM jsonb_each(NEW.custom_attributes) used
  WHERE NOT EXISTS (SELECT 1 FROM attribute_definitions d WHERE d.key = used.key)
  ORDER BY used.key
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER users_define_attributes AFTER INSERT OR UPDATE OF custom_attributes ON users
FOR EACH ROW WHEN (NEW.custom_attributes <> '{}') EXECUTE FUNCTION define_attributes();
