-- How many rows of a table, or of those that belong to one thing, have a word, by the planner's sample of them all: no row is read. A search asks
-- it before it collects a word that few of the first rows have, which may be those of an order in which it stands at the end.
CREATE FUNCTION likely_rows(place regclass, words name, patterns text[], belonging name, owner uuid) RETURNS float LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM %s WHERE %I LIKE ANY (%L::text[])', place, words, patterns)
    || CASE WHEN belonging IS NULL THEN '' ELSE format(' AND %I = %L::uuid', belonging, owner) END INTO plan;
  RETURN plan -> 0 -> 'Plan' -> 'Plan Rows';
END $$;
