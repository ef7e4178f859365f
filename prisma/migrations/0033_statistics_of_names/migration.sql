-- How many begin with what is searched for: of an expression, the planner takes half a percent for granted, and collected everybody
-- whose name begins with "m" by an index in another order, to sort them, instead of reading the first in theirs.
-- Expressions as in lib/directory/person-sql.ts and lib/imports/internal/rows-sql.ts.
CREATE STATISTICS users_names ON (lower(lastname || ' ' || firstname) COLLATE "C"), (lower(display_name) COLLATE "C") FROM users;
CREATE STATISTICS import_rows_names ON
  (left(lower(coalesce(nullif(display_name, ''), nullif(btrim(coalesce(firstname, '') || ' ' || coalesce(lastname, '')), ''), user_name)), 200) COLLATE "C"),
  (left(lower(user_name), 200) COLLATE "C"), (left(lower(coalesce(email, '')), 200) COLLATE "C") FROM import_rows;
ANALYZE users;
ANALYZE import_rows;
