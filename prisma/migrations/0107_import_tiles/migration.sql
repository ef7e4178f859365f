-- Whether an account is active over there is one of the things that rows of an import are alike in: a tile of the review and its filter
-- (lib/imports/internal/rows-sql.ts), counted with the others.
ALTER TABLE import_row_counts ADD COLUMN active BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE import_row_counts DROP CONSTRAINT import_row_counts_pkey;
DELETE FROM import_row_counts;
INSERT INTO import_row_counts (import_id, match, decision, choice_reason, state, active, rows)
SELECT import_id, match, coalesce(decision::text, ''), coalesce(choice_reason::text, ''), state, active, count(*)
FROM import_rows GROUP BY 1, 2, 3, 4, 5, 6;
ALTER TABLE import_row_counts ALTER COLUMN active DROP DEFAULT;
ALTER TABLE import_row_counts ADD CONSTRAINT import_row_counts_pkey PRIMARY KEY (import_id, match, decision, choice_reason, state, active);

CREATE OR REPLACE FUNCTION import_rows_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO import_row_counts AS kept (import_id, match, decision, choice_reason, state, active, rows)
    SELECT import_id, match, coalesce(decision::text, ''), coalesce(choice_reason::text, ''), state, active, count(*)
    FROM put GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (import_id, match, decision, choice_reason, state, active) DO UPDATE SET rows = kept.rows + excluded.rows;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO import_row_counts AS kept (import_id, match, decision, choice_reason, state, active, rows)
    SELECT import_id, match, coalesce(decision::text, ''), coalesce(choice_reason::text, ''), state, active, sum(change)
    FROM (SELECT import_id, match, decision, choice_reason, state, active, 1 AS change FROM put
      UNION ALL SELECT import_id, match, decision, choice_reason, state, active, -1 FROM taken) AS changed
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(change) <> 0 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (import_id, match, decision, choice_reason, state, active) DO UPDATE SET rows = kept.rows + excluded.rows;
  ELSE
    UPDATE import_row_counts AS kept SET rows = kept.rows - gone.rows
    FROM (SELECT import_id, match, coalesce(decision::text, '') AS decision, coalesce(choice_reason::text, '') AS choice_reason, state, active,
        count(*) AS rows FROM taken GROUP BY 1, 2, 3, 4, 5, 6) AS gone
    WHERE (kept.import_id, kept.match, kept.decision, kept.choice_reason, kept.state, kept.active)
      = (gone.import_id, gone.match, gone.decision, gone.choice_reason, gone.state, gone.active);
  END IF;
  RETURN NULL;
END $$;

-- The same number for what a row is of the four; and what needs a choice comes first, each kind by name.
DROP INDEX import_rows_of_class_by_name;
DROP INDEX import_rows_of_class_by_username;
DROP INDEX import_rows_of_class_by_email;
DROP INDEX import_rows_of_class_by_match;
DROP INDEX import_rows_by_match;
DROP INDEX import_rows_inactive;
CREATE INDEX import_rows_of_class_by_name ON import_rows (import_id,
  ((CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END) * 64
    + (CASE decision WHEN 'create' THEN 1 WHEN 'link' THEN 2 WHEN 'ignore' THEN 3 WHEN 'update' THEN 4 ELSE 0 END) * 8
    + (CASE state WHEN 'queued' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 ELSE 0 END) * 2 + (CASE WHEN active THEN 0 ELSE 1 END)),
  (left(lower(coalesce(nullif(display_name, ''), nullif(btrim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), ''), user_name)), 200) COLLATE "C"), remote_id);
CREATE INDEX import_rows_of_class_by_username ON import_rows (import_id,
  ((CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END) * 64
    + (CASE decision WHEN 'create' THEN 1 WHEN 'link' THEN 2 WHEN 'ignore' THEN 3 WHEN 'update' THEN 4 ELSE 0 END) * 8
    + (CASE state WHEN 'queued' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 ELSE 0 END) * 2 + (CASE WHEN active THEN 0 ELSE 1 END)),
  (left(lower(user_name), 200) COLLATE "C"), remote_id);
CREATE INDEX import_rows_of_class_by_email ON import_rows (import_id,
  ((CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END) * 64
    + (CASE decision WHEN 'create' THEN 1 WHEN 'link' THEN 2 WHEN 'ignore' THEN 3 WHEN 'update' THEN 4 ELSE 0 END) * 8
    + (CASE state WHEN 'queued' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 ELSE 0 END) * 2 + (CASE WHEN active THEN 0 ELSE 1 END)),
  (left(lower(coalesce(email, '')), 200) COLLATE "C"), remote_id);
CREATE INDEX import_rows_of_class_by_match ON import_rows (import_id,
  ((CASE match WHEN 'ambiguous' THEN 0 WHEN 'partial' THEN 1 WHEN 'exact' THEN 2 WHEN 'none' THEN 3 ELSE 4 END) * 64
    + (CASE decision WHEN 'create' THEN 1 WHEN 'link' THEN 2 WHEN 'ignore' THEN 3 WHEN 'update' THEN 4 ELSE 0 END) * 8
    + (CASE state WHEN 'queued' THEN 1 WHEN 'done' THEN 2 WHEN 'failed' THEN 3 ELSE 0 END) * 2 + (CASE WHEN active THEN 0 ELSE 1 END)),
  (((CASE WHEN match = 'imported' THEN '5' WHEN decision IS NULL THEN '0' WHEN match = 'ambiguous' THEN '1' WHEN match = 'partial' THEN '2'
    WHEN match = 'exact' THEN '3' ELSE '4' END) || left(lower(coalesce(nullif(display_name, ''), nullif(btrim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), ''), user_name)), 200)) COLLATE "C"), remote_id);
CREATE INDEX import_rows_by_match ON import_rows (import_id,
  (((CASE WHEN match = 'imported' THEN '5' WHEN decision IS NULL THEN '0' WHEN match = 'ambiguous' THEN '1' WHEN match = 'partial' THEN '2'
    WHEN match = 'exact' THEN '3' ELSE '4' END) || left(lower(coalesce(nullif(display_name, ''), nullif(btrim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), ''), user_name)), 200)) COLLATE "C"), remote_id);
-- Accounts that are inactive over there and are to be linked: whether one of them would be activated is asked of each.
CREATE INDEX import_rows_inactive ON import_rows (import_id, remote_id)
  WHERE NOT active AND decision IN ('link', 'update') AND state = 'listed' AND match <> 'imported';
