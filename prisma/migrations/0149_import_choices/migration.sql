-- What somebody chose for an account, beyond the import in which it was chosen: the next one begins with it (lib/imports/internal/choices.ts).
CREATE TABLE "import_choices" (
    "application_id" UUID NOT NULL,
    "remote_id" TEXT NOT NULL,
    "user_name" TEXT NOT NULL,
    "decision" "import_decision" NOT NULL,
    "user_id" UUID,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by_id" UUID,
    "decided_by_token_id" UUID,
    CONSTRAINT "import_choices_pkey" PRIMARY KEY ("application_id", "remote_id")
);
ALTER TABLE "import_choices" ADD CONSTRAINT "import_choices_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The import of the schedule that took the place of one that nobody had reviewed.
ALTER TABLE "imports" ADD COLUMN "superseded_by_id" UUID;

-- How often everything that failed of it was tried again.
ALTER TABLE "imports" ADD COLUMN "retries" INTEGER NOT NULL DEFAULT 0;

-- Who was left out in an import that is kept stays left out.
INSERT INTO import_choices (application_id, remote_id, user_name, decision, decided_at, decided_by_id, decided_by_token_id)
SELECT DISTINCT ON (i.application_id, r.remote_id) i.application_id, r.remote_id, r.user_name, r.decision, r.decided_at, r.decided_by_id, r.decided_by_token_id
FROM import_rows r JOIN imports i ON i.id = r.import_id
WHERE r.decision = 'ignore' AND r.decided_at IS NOT NULL AND r.state = 'listed'
ORDER BY i.application_id, r.remote_id, r.decided_at DESC;
