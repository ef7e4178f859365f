-- What was decided about all that waits in an application, as long as it is being carried out, a few hundred at a time.
CREATE TABLE "held_decisions" (
    "application_id" UUID NOT NULL,
    "allows" BOOLEAN NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_name" TEXT NOT NULL,

    CONSTRAINT "held_decisions_pkey" PRIMARY KEY ("application_id")
);
ALTER TABLE "held_decisions" ADD CONSTRAINT "held_decisions_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;
