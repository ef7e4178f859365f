CREATE TYPE "revision_origin" AS ENUM ('original', 'saved', 'reset', 'reverted');

CREATE TABLE "mapping_revisions" (
    "application_id" UUID NOT NULL,
    "object_type" "object_type" NOT NULL,
    "version" INTEGER NOT NULL,
    "origin" "revision_origin" NOT NULL,
    "rows" JSONB NOT NULL,
    "actor_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mapping_revisions_pkey" PRIMARY KEY ("application_id","object_type","version")
);
ALTER TABLE "mapping_revisions" ADD CONSTRAINT "mapping_revisions_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;
