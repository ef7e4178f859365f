-- A receiver that does not answer in time is left alone as a whole for a while, longer each time in a row (lib/webhooks/rest.ts).
ALTER TABLE "webhooks" ADD COLUMN "hung" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "rests_until" TIMESTAMPTZ(3);
