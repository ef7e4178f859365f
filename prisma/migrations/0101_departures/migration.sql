-- Why an account was to be taken away, as it was planned: a past attempt tells it as it was then.
ALTER TABLE "operations" ADD COLUMN "departure" JSONB;
