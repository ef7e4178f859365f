-- A connection may have an authority of its own: when its certificate ends, and what was warned of last.
ALTER TABLE "integrations" ADD COLUMN "trust_ends_at" TIMESTAMPTZ(3), ADD COLUMN "trust_warned" TEXT;
