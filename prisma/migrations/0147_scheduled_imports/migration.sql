-- When imports of an application are started by themselves, and how many new people they may bring without anybody asked
-- (lib/imports/schedule-settings.ts).
ALTER TABLE "import_settings" ADD COLUMN "schedule" JSONB NOT NULL DEFAULT '{}';

-- Started by the schedule; and how many new people the safeguard has held back, where it has.
ALTER TABLE "imports" ADD COLUMN "scheduled" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "held_new" INTEGER;
