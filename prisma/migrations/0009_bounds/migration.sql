-- A refusal that repeats itself is written once a minute, with how often it happened.
ALTER TABLE "events" ADD COLUMN     "count" INTEGER NOT NULL DEFAULT 1;

-- How far the reading of a list has come, over all its stretches, so that its bounds hold for the whole.
ALTER TABLE "cycles" ADD COLUMN     "reading" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "imports" ADD COLUMN     "reading" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "remote_accounts" ADD COLUMN     "reading_id" UUID;
ALTER TABLE "remote_groups" ADD COLUMN     "reading_id" UUID;

-- Retention deletes by age, a few hundred rows at a time.
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");
CREATE INDEX "activation_links_expires_at_idx" ON "activation_links"("expires_at");
CREATE INDEX "operations_created_at_idx" ON "operations"("created_at");
CREATE INDEX "cycles_finished_at_idx" ON "cycles"("finished_at");
CREATE INDEX "imports_finished_at_idx" ON "imports"("finished_at");
CREATE INDEX "webhook_deliveries_finished_at_idx" ON "webhook_deliveries"("finished_at");

-- Whom retention overtook is told.
ALTER TABLE "webhooks" ADD COLUMN     "missed_events" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "missed_at" TIMESTAMPTZ(3);
