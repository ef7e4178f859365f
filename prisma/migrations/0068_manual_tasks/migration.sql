CREATE TABLE "manual_tasks" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "task_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "done_at" TIMESTAMPTZ(3),
    "done_by" TEXT,

    CONSTRAINT "manual_tasks_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "manual_tasks_application_id_user_id_task_id_key" ON "manual_tasks"("application_id", "user_id", "task_id");
CREATE INDEX "manual_tasks_application_id_created_at_id_idx" ON "manual_tasks"("application_id", "created_at", "id");
CREATE INDEX "manual_tasks_user_id_idx" ON "manual_tasks"("user_id");
ALTER TABLE "manual_tasks" ADD CONSTRAINT "manual_tasks_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "manual_tasks" ADD CONSTRAINT "manual_tasks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
