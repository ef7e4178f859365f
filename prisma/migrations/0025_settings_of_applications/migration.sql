-- Settings that no query asks for are one value: a new one needs no migration.
ALTER TABLE "applications" ADD COLUMN "settings" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "integrations" ADD COLUMN "settings" JSONB NOT NULL DEFAULT '{}';
