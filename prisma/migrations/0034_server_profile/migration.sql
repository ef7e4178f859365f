-- What an administrator said of a SCIM server, before what it says itself and what it has taught (lib/scim/profile.ts).
ALTER TABLE "integrations" ADD COLUMN "profile" JSONB NOT NULL DEFAULT '{}';
