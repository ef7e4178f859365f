-- A change of a person looks in every application for who shares a name with them: few, wherever they are.
CREATE INDEX user_links_conflicting ON user_links (application_id) WHERE state = 'conflict';

-- Who is new in an application and in no cycle yet: whether they are many is asked at every change.
CREATE INDEX user_links_new ON user_links (application_id)
  WHERE state = 'pending' AND remote_id IS NULL AND cycle_id IS NULL AND due_at IS NOT NULL;
