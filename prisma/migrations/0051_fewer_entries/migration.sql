-- What a first cycle writes for each person is for a good part entries of indexes. A lease is taken by an update that changes nothing
-- indexed: with room on its page it needs no new entry in any of the ten indexes of links.
ALTER TABLE user_links SET (fillfactor = 50);
-- Nobody asks by it since outcomes are kept.
DROP INDEX operations_cycle_id_idx;
-- Rows of people have no group: nor do they need an entry that says so.
DROP INDEX operations_group_link_id_created_at_idx;
CREATE INDEX operations_of_groups ON operations (group_link_id, created_at) WHERE group_link_id IS NOT NULL;
DROP INDEX cycle_outcomes_group_link_id_idx;
CREATE INDEX cycle_outcomes_of_groups ON cycle_outcomes (group_link_id) WHERE group_link_id IS NOT NULL;
