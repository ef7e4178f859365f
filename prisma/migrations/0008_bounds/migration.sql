-- A refusal that repeats itself is written once a minute, with how often it happened.
ALTER TABLE "events" ADD COLUMN     "count" INTEGER NOT NULL DEFAULT 1;

-- How far the reading of a list has come, over all its stretches, so that its bounds hold for the whole.
ALTER TABLE "cycles" ADD COLUMN     "reading" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "imports" ADD COLUMN     "reading" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "remote_accounts" ADD COLUMN     "reading_id" UUID;
ALTER TABLE "remote_groups" ADD COLUMN     "reading_id" UUID;
