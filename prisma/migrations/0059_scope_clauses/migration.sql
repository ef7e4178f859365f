-- Scoping filters: whom of those who are let in an application has an account for, and which associated groups are pushed.
CREATE TABLE "scope_clauses" (
    "application_id" UUID NOT NULL,
    "object_type" "object_type" NOT NULL,
    "group_no" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "attribute" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "operator" TEXT NOT NULL,
    "value" TEXT NOT NULL DEFAULT '',
    "operand" TEXT NOT NULL DEFAULT '',
    "operands" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "case_sensitive" BOOLEAN NOT NULL,
    "member_of_id" UUID,

    CONSTRAINT "scope_clauses_pkey" PRIMARY KEY ("application_id","object_type","group_no","position")
);

ALTER TABLE "scope_clauses" ADD CONSTRAINT "scope_clauses_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Upper and lower case of all letters, whatever the locale of the database is ("C" knows those of English alone).
DO $$ BEGIN
  CREATE COLLATION letters (provider = icu, locale = 'und');
EXCEPTION WHEN feature_not_supported THEN
  CREATE COLLATION letters FROM "default";
END $$;
