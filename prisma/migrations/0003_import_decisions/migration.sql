-- What an import was told to do with each account, and by whom.
CREATE TYPE "import_decision" AS ENUM ('create', 'link', 'ignore');
ALTER TABLE "imports"
  ADD COLUMN "cursor" INTEGER DEFAULT 1,
  ADD COLUMN "confirmed_by_id" UUID,
  ADD COLUMN "confirmed_by_name" TEXT;
ALTER TABLE "import_rows"
  ADD COLUMN "matched_by" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "candidate_ids" UUID[] DEFAULT ARRAY[]::UUID[],
  ADD COLUMN "decision" "import_decision";
