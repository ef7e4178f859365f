-- Why nothing is decided for an account of an import, and who decided; who decided before is not known any more.
CREATE TYPE "import_choice_reason" AS ENUM (
  'other_username', 'name_only', 'several_people', 'several_accounts', 'has_account');
ALTER TABLE "imports" ADD COLUMN "confirmed_by_token_id" UUID;
ALTER TABLE "import_rows"
  ADD COLUMN "choice_reason" "import_choice_reason",
  ADD COLUMN "decided_at" TIMESTAMPTZ(3),
  ADD COLUMN "decided_by_id" UUID,
  ADD COLUMN "decided_by_token_id" UUID;

UPDATE import_rows SET choice_reason = (CASE
  WHEN match = 'partial' THEN 'name_only'
  WHEN cardinality(candidate_ids) > 1 THEN 'several_people'
  ELSE 'several_accounts' END)::import_choice_reason
WHERE match IN ('partial', 'ambiguous');
