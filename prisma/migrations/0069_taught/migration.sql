-- Which answer has taught what of a server, and when: by the name of the habit.
ALTER TABLE "integrations" ADD COLUMN "taught" JSONB NOT NULL DEFAULT '{}';

-- What was known of PATCH was known of users and of groups.
UPDATE "integrations" SET "capabilities" = "capabilities" || jsonb_build_object('patchGroups', "capabilities" -> 'patch')
WHERE "capabilities" ? 'patch';
UPDATE "integrations" SET "profile" = "profile" || jsonb_build_object('patchGroups', "profile" -> 'patch')
WHERE "profile" ? 'patch';
