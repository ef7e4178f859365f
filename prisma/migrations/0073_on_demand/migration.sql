CREATE TABLE "on_demand_runs" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "user_id" UUID,
    "group_id" UUID,
    "started_by_name" TEXT NOT NULL,
    "plan" JSONB,
    "lookups" JSONB NOT NULL DEFAULT '[]',
    "sent" JSONB NOT NULL DEFAULT '[]',
    "operation_id" UUID,
    "outcome" TEXT,
    "error" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "taken_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "on_demand_runs_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "on_demand_runs_application_id_created_at_id_idx" ON "on_demand_runs"("application_id", "created_at", "id");
CREATE INDEX "on_demand_runs_created_at_idx" ON "on_demand_runs"("created_at");
CREATE INDEX "on_demand_runs_operation_id_idx" ON "on_demand_runs"("operation_id");
CREATE INDEX "on_demand_runs_user_id_idx" ON "on_demand_runs"("user_id");
CREATE INDEX "on_demand_runs_group_id_idx" ON "on_demand_runs"("group_id");
ALTER TABLE "on_demand_runs" ADD CONSTRAINT "on_demand_runs_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "on_demand_runs" ADD CONSTRAINT "on_demand_runs_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "on_demand_runs" ADD CONSTRAINT "on_demand_runs_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- Two clicks are one run.
CREATE UNIQUE INDEX "on_demand_runs_open" ON "on_demand_runs" ("application_id", coalesce("user_id", "group_id")) WHERE "finished_at" IS NULL;

ALTER TABLE "user_links" ADD COLUMN "on_demand_id" UUID;
ALTER TABLE "group_links" ADD COLUMN "on_demand_id" UUID;
ALTER TABLE "operations" ADD COLUMN "confirmed" BOOLEAN NOT NULL DEFAULT false;
