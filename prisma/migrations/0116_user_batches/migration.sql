-- The same done to many people, one after the other, and people read from a file: a task that can be left and reopened.
CREATE TYPE "batch_action" AS ENUM ('suspend', 'reactivate', 'delete', 'restore', 'add_to_group', 'remove_from_group', 'send_activation', 'import');
CREATE TYPE "batch_state" AS ENUM ('review', 'running', 'finished');
CREATE TYPE "batch_row_state" AS ENUM ('listed', 'refused', 'queued', 'done', 'skipped', 'failed');

CREATE TABLE "user_batches" (
    "id" UUID NOT NULL,
    "action" "batch_action" NOT NULL,
    "state" "batch_state" NOT NULL,
    "group_id" UUID,
    "group_name" TEXT,
    "undoes_id" UUID,
    "undone_by_id" UUID,
    "file" JSONB,
    "started_by_id" UUID,
    "started_by_name" TEXT NOT NULL,
    "started_by_token_id" UUID,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "user_batches_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "user_batches_started_at_id_idx" ON "user_batches" ("started_at", "id");
CREATE INDEX "user_batches_finished_at_idx" ON "user_batches" ("finished_at");

CREATE TABLE "user_batch_rows" (
    "batch_id" UUID NOT NULL,
    -- Of a file, the line.
    "no" INTEGER NOT NULL,
    -- No foreign key: it outlives the person.
    "user_id" UUID,
    "name" TEXT NOT NULL,
    "cells" TEXT[] DEFAULT ARRAY[]::TEXT[],
    -- Of a file: what is to be done, and what it changes.
    "plan" JSONB,
    -- Rows of a smaller one first: managers before those who report to them.
    "turn" INTEGER NOT NULL DEFAULT 0,
    "state" "batch_row_state" NOT NULL,
    "error" JSONB,

    CONSTRAINT "user_batch_rows_pkey" PRIMARY KEY ("batch_id", "no"),
    CONSTRAINT "user_batch_rows_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "user_batches"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "user_batch_rows_batch_id_state_turn_no_idx" ON "user_batch_rows" ("batch_id", "state", "turn", "no");
