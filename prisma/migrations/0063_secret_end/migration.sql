-- When the secret of a connection ends, where it says so itself (the exp of a JWT), and what was warned of last: an end with the days before it.
ALTER TABLE "integrations" ADD COLUMN "secret_ends_at" TIMESTAMPTZ(3);
ALTER TABLE "integrations" ADD COLUMN "secret_warned" TEXT;
