-- A cycle can carry out a dry run: what it would send that was not reviewed so waits for somebody.
ALTER TYPE "cycle_trigger" ADD VALUE 'dry_run';
-- Without a foreign key: where the run is not kept any more, nothing counts as reviewed.
ALTER TABLE "cycles" ADD COLUMN "dry_run_id" UUID;
CREATE INDEX "cycles_dry_run_id_idx" ON "cycles"("dry_run_id");
