-- What a full cycle would do, found out without a write and kept.
-- CreateEnum
CREATE TYPE "dry_run_stage" AS ENUM ('reading', 'people', 'groups', 'finished', 'cancelled', 'failed');

-- AlterTable
ALTER TABLE "remote_accounts" ADD COLUMN     "dry_run_id" UUID;

-- CreateTable
CREATE TABLE "dry_runs" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "stage" "dry_run_stage" NOT NULL DEFAULT 'reading',
    "cursor" INTEGER NOT NULL DEFAULT 1,
    "reading" JSONB NOT NULL DEFAULT '{}',
    "complete" BOOLEAN NOT NULL DEFAULT false,
    "read_accounts" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "planned" INTEGER NOT NULL DEFAULT 0,
    "counts" JSONB NOT NULL DEFAULT '{}',
    "gone" INTEGER NOT NULL DEFAULT 0,
    "error" JSONB,
    "is_of_activation" BOOLEAN NOT NULL DEFAULT false,
    "authentication" JSONB NOT NULL DEFAULT '{"kind": "bearer"}',
    "token_sealed" TEXT NOT NULL DEFAULT '',
    "base_url" TEXT NOT NULL,
    "manage_groups" BOOLEAN NOT NULL,
    "capabilities" JSONB,
    "previous_id" UUID,
    "started_by_id" UUID,
    "started_by_name" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "dry_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dry_run_rows" (
    "run_id" UUID NOT NULL,
    "subject_id" UUID NOT NULL,
    "is_group" BOOLEAN NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "name_key" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "kind" TEXT,
    "plan" JSONB,
    "members" JSONB,
    "compared" TEXT,
    "takes" TEXT,
    "standing" TEXT,

    CONSTRAINT "dry_run_rows_pkey" PRIMARY KEY ("run_id","subject_id")
);

-- CreateIndex
CREATE INDEX "dry_runs_application_id_started_at_idx" ON "dry_runs"("application_id", "started_at");

-- CreateIndex
CREATE INDEX "dry_runs_finished_at_idx" ON "dry_runs"("finished_at");

-- AddForeignKey
ALTER TABLE "dry_runs" ADD CONSTRAINT "dry_runs_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dry_run_rows" ADD CONSTRAINT "dry_run_rows_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "dry_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "dry_runs" ADD CONSTRAINT "dry_runs_ended" CHECK ((finished_at IS NOT NULL) = (stage IN ('finished', 'cancelled', 'failed')));
-- One at a time for an application.
CREATE UNIQUE INDEX "dry_runs_open" ON "dry_runs" (application_id) WHERE finished_at IS NULL;

-- What is still to be planned.
CREATE INDEX "dry_run_rows_unplanned" ON "dry_run_rows" (run_id, is_group, subject_id) WHERE kind IS NULL;
-- Whose match an account is already.
CREATE INDEX "dry_run_rows_takes" ON "dry_run_rows" (run_id, takes) WHERE takes IS NOT NULL;
-- Its list (lib/provisioning/queries/dry-run-rows.ts): what is not as it is to be; of one kind; groups; what is
-- not as it was in the run before.
CREATE INDEX "dry_run_rows_by_name" ON "dry_run_rows" (run_id, name_key, subject_id) WHERE kind <> 'none';
CREATE INDEX "dry_run_rows_of_kind_by_name" ON "dry_run_rows" (run_id, kind, name_key, subject_id);
CREATE INDEX "dry_run_rows_groups_by_name" ON "dry_run_rows" (run_id, name_key, subject_id) WHERE is_group;
CREATE INDEX "dry_run_rows_compared_by_name" ON "dry_run_rows" (run_id, compared, name_key, subject_id) WHERE compared IS NOT NULL;
CREATE INDEX "dry_run_rows_compared_of_kind_by_name" ON "dry_run_rows" (run_id, compared, kind, name_key, subject_id) WHERE compared IS NOT NULL;
