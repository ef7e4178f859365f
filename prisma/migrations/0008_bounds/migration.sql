-- A refusal that repeats itself is written once a minute, with how often it happened.
ALTER TABLE "events" ADD COLUMN     "count" INTEGER NOT NULL DEFAULT 1;
