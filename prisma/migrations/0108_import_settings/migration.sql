-- How accounts of an application are matched with people, and what people take over of them (lib/imports/settings.ts). Without a row: the defaults.
CREATE TABLE "import_settings" (
    "application_id" UUID NOT NULL,
    "matching" JSONB NOT NULL,
    "mappings" JSONB NOT NULL,

    CONSTRAINT "import_settings_pkey" PRIMARY KEY ("application_id")
);
ALTER TABLE "import_settings" ADD CONSTRAINT "import_settings_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the accounts of an import are matched by while that goes on: a digest of the values that a rule compares. Emptied afterwards.
CREATE TABLE "import_keys" (
    "import_id" UUID NOT NULL,
    "rule" SMALLINT NOT NULL,
    "key" TEXT NOT NULL,
    "remote_id" TEXT NOT NULL,

    CONSTRAINT "import_keys_pkey" PRIMARY KEY ("import_id","rule","key","remote_id")
);
ALTER TABLE "import_keys" ADD CONSTRAINT "import_keys_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The rule that has found whom an account matches, where the first one that finds somebody counts.
ALTER TABLE "import_rows" ADD COLUMN "matched_rule" SMALLINT;
