-- People by name, as the lists of applications are ordered (lib/provisioning/queries/sql.ts): a page of an application with
-- many people is read from here in its order, and each is looked up by what lets them in.
CREATE INDEX "users_person_key" ON "users" ((lower("lastname" || ' ' || "firstname" || ' ' || "display_name") COLLATE "C"), "id");

-- What became of whom in a cycle is counted once, when it is over; those that are not counted yet are found at once.
ALTER TABLE "cycles" ADD COLUMN "counts" JSONB;
CREATE INDEX "cycles_uncounted" ON "cycles" ("finished_at") WHERE "counts" IS NULL;
