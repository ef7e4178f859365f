-- An application that is being migrated to a new instance: how far it has come, so that it can be gone on with, or backed out of.
CREATE TYPE "move_stage" AS ENUM ('prepared', 'handed_over', 'signed_over', 'finished', 'backed_out');
CREATE TABLE "application_moves" (
    "id" UUID NOT NULL,
    "old_id" UUID,
    "old_label" TEXT NOT NULL,
    "new_id" UUID,
    "new_label" TEXT NOT NULL,
    "stage" "move_stage" NOT NULL DEFAULT 'prepared',
    "moves_accounts" BOOLEAN NOT NULL,
    "moves_sign_on" BOOLEAN NOT NULL,
    "import_id" UUID,
    "old_was_active" BOOLEAN NOT NULL DEFAULT false,
    "links" INTEGER NOT NULL DEFAULT 0,
    "retired" TEXT,
    "started_by_name" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "handed_over_at" TIMESTAMPTZ(3),
    "signed_over_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "application_moves_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "application_moves_old_id_idx" ON "application_moves"("old_id");
CREATE INDEX "application_moves_new_id_idx" ON "application_moves"("new_id");
ALTER TABLE "application_moves" ADD CONSTRAINT "application_moves_old_id_fkey" FOREIGN KEY ("old_id") REFERENCES "applications"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "application_moves" ADD CONSTRAINT "application_moves_new_id_fkey" FOREIGN KEY ("new_id") REFERENCES "applications"("id") ON DELETE SET NULL ON UPDATE CASCADE;
-- Two clicks are one migration.
CREATE UNIQUE INDEX "application_moves_open" ON "application_moves" ("old_id") WHERE "finished_at" IS NULL;
