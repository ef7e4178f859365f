-- People of a department in another order than by name; the planner does not know how many a department has.
CREATE INDEX users_by_department_email ON users ((lower(coalesce(department, '')) COLLATE "C"), email_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_department_username ON users ((lower(coalesce(department, '')) COLLATE "C"), username_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_department_created ON users ((lower(coalesce(department, '')) COLLATE "C"), created_at, id) WHERE deleted_at IS NULL;

-- By which nested groups somebody is in a group is asked of each on a page: from the index alone.
CREATE INDEX "group_members_user_id_group_id_idx" ON "group_members" ("user_id", "group_id");
DROP INDEX "group_members_user_id_idx";
