-- Who or what holds an operation, and when somebody allowed it: what a person has looked at is not counted by the guard.
ALTER TABLE "operations" ADD COLUMN "held_by" TEXT;
ALTER TABLE "operations" ADD COLUMN "allowed_at" TIMESTAMPTZ(3);
-- It takes an active account away. Of these there are few, and they are counted whenever another one is planned.
ALTER TABLE "operations" ADD COLUMN "deprovisions" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "operations_deprovisioning" ON "operations" ("application_id", "created_at") WHERE deprovisions;
