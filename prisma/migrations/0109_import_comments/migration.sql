-- What reviewers tell each other about an import, or about one account in it.
CREATE TABLE "import_comments" (
    "id" UUID NOT NULL,
    "import_id" UUID NOT NULL,
    "remote_id" TEXT,
    "account_name" TEXT,
    "author_id" UUID,
    "author_name" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "import_comments_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "import_comments_import_id_id_idx" ON "import_comments" ("import_id", "id");
ALTER TABLE "import_comments" ADD CONSTRAINT "import_comments_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The imports that wait for somebody: asked for on the first page.
CREATE INDEX "imports_in_review" ON "imports" ("application_id") WHERE state = 'review';
CREATE INDEX "import_row_counts_failed" ON "import_row_counts" ("import_id") WHERE state = 'failed' AND rows > 0;
