-- As in migration 0081, but for how long words are kept: computed once for an event, not for each of its words. It was a tenth of what all triggers
-- of a first cycle cost.
CREATE OR REPLACE FUNCTION keep_event_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event_words (until, word)
  SELECT n.until, n.word FROM (
    SELECT DISTINCT e.until, w.word FROM (
      SELECT words_kept_until(at) AS until,
        lower(name || ' ' || actor_name || ' ' || coalesce(target_name, '') || ' ' || coalesce(application_label, '') || ' ' || coalesce(code, '')
          || ' ' || coalesce(message, '')) AS words
      FROM added OFFSET 0) e, string_to_table(e.words, ' ') AS w(word)
    WHERE w.word <> '') n
  -- One at a time, by the index, however many the planner expects.
  LEFT JOIN LATERAL (SELECT true AS kept FROM event_words k
    WHERE k.until = n.until AND hashtext(k.word) = hashtext(n.word) AND k.word = n.word LIMIT 1) k ON true
  WHERE k.kept IS NULL;
  RETURN NULL;
END $$;
