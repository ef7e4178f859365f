-- As for people (0023_bounded_lists): of a hundred samples, the planner took a word that one event in a thousand has for one of a
-- hundred, and read the latest events one by one.
ALTER INDEX events_by_words ALTER COLUMN 1 SET STATISTICS 1000;
ANALYZE events;
