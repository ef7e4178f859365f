-- People by name, as the lists of applications are ordered (lib/provisioning/queries/sql.ts): a page of an application with
-- many people is read from here in its order, and each is looked up by what lets them in.
CREATE INDEX "users_person_key" ON "users" ((lower("lastname" || ' ' || "firstname" || ' ' || "display_name") COLLATE "C"), "id");
