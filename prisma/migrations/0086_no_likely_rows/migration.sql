-- How many rows are likely to have a word is told from the planner's sample itself (lib/db/column-sample.ts): no statement is planned for it.
DROP FUNCTION likely_rows(regclass, name, text[], name, uuid);
