-- The words that events have, each once for the 90 days in which it was written: a million events have few. What is searched is looked for among them,
-- by trigrams, and events are found by the whole words: an entry of an index for a word, not one for each three letters, read and written.
-- A word goes when the last day on which it was kept has reached the age of events (lib/installation/retention.ts): nobody counts who has it.
CREATE TABLE event_words (
    until TIMESTAMPTZ(3) NOT NULL,
    word TEXT NOT NULL
);

-- An index has no room for words of any length.
CREATE FUNCTION hashes_of_words(words text) RETURNS int[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  word text;
  hashes int[] := '{}';
BEGIN
  FOREACH word IN ARRAY string_to_array(words, ' ') LOOP
    hashes := hashes || hashtext(word);
  END LOOP;
  RETURN hashes;
END $$;

CREATE FUNCTION words_kept_until(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
  to_timestamp((floor(extract(epoch FROM at) / 7776000) + 1) * 7776000);

-- Two transactions may both write a new word: nobody waits for anybody, and it is there twice.
CREATE FUNCTION keep_event_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event_words (until, word)
  SELECT n.until, n.word FROM (
    SELECT DISTINCT words_kept_until(e.at) AS until, w.word FROM added e, string_to_table(
      lower(e.name || ' ' || e.actor_name || ' ' || coalesce(e.target_name, '') || ' ' || coalesce(e.application_label, '') || ' ' || coalesce(e.code, '')
        || ' ' || coalesce(e.message, '')), ' ') AS w(word)
    WHERE w.word <> '') n
  -- One at a time, by the index, however many the planner expects.
  LEFT JOIN LATERAL (SELECT true AS kept FROM event_words k
    WHERE k.until = n.until AND hashtext(k.word) = hashtext(n.word) AND k.word = n.word LIMIT 1) k ON true
  WHERE k.kept IS NULL;
  RETURN NULL;
END $$;

INSERT INTO event_words (until, word)
SELECT DISTINCT words_kept_until(e.at), w.word FROM events e, string_to_table(
  lower(e.name || ' ' || e.actor_name || ' ' || coalesce(e.target_name, '') || ' ' || coalesce(e.application_label, '') || ' ' || coalesce(e.code, '')
    || ' ' || coalesce(e.message, '')), ' ') AS w(word)
WHERE w.word <> '';

CREATE INDEX event_words_kept ON event_words (until, (hashtext(word)));
CREATE INDEX event_words_by_trigrams ON event_words USING gin (word gin_trgm_ops);

CREATE TRIGGER keep_event_words AFTER INSERT ON events REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_event_words();

DROP INDEX events_by_words;
CREATE INDEX events_by_words ON events USING gin (hashes_of_words(
  lower(name || ' ' || actor_name || ' ' || coalesce(target_name, '') || ' ' || coalesce(application_label, '') || ' ' || coalesce(code, '')
    || ' ' || coalesce(message, ''))));
-- Which words will be looked for is never known when it is planned.
ALTER INDEX events_by_words ALTER COLUMN 1 SET STATISTICS 0;
ANALYZE event_words;
