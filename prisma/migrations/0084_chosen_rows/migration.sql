-- What the guard would do about a dry run once it is carried out.
ALTER TABLE "dry_runs" ADD COLUMN "guard" JSONB;
-- Left out when the run was last carried out: somebody has chosen other rows.
ALTER TABLE "dry_run_rows" ADD COLUMN "left_out" BOOLEAN NOT NULL DEFAULT false;
-- Values that only one may have, and that somebody planned earlier in the run is given: nobody else is foretold them.
ALTER TABLE "dry_run_rows" ADD COLUMN "gives" TEXT[];
CREATE INDEX "dry_run_rows_gives" ON "dry_run_rows" USING GIN ("gives");
