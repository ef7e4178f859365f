-- An operation can be held: it is on record, and not sent before somebody has allowed it.
ALTER TYPE "operation_state" ADD VALUE 'held';
ALTER TYPE "operation_state" ADD VALUE 'allowed';
ALTER TYPE "operation_state" ADD VALUE 'rejected';
ALTER TYPE "operation_state" ADD VALUE 'withdrawn';
-- Without a foreign key: a decision whose operation is not kept any more is asked for again.
ALTER TABLE "user_links" ADD COLUMN "hold_id" UUID;
ALTER TABLE "group_links" ADD COLUMN "hold_id" UUID;
