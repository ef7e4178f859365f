-- A row of an import is written twice while it is matched: whom it could be, which no index holds, and what follows from all of them together.
-- With room on its page, the first needs no new entry in any of its twelve indexes.
ALTER TABLE import_rows SET (fillfactor = 50);
-- Nobody asks by it since rows are read by what they are of match, decision, state and activity together.
DROP INDEX import_rows_import_id_match_idx;
