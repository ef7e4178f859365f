-- Whose a token is. A token that a token made belonged to nobody: its event says which one made it.
ALTER TABLE "api_tokens" ADD COLUMN "created_by_token_id" UUID;
CREATE INDEX "api_tokens_created_by_token_id_idx" ON "api_tokens"("created_by_token_id");
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_created_by_token_id_fkey"
  FOREIGN KEY ("created_by_token_id") REFERENCES "api_tokens"("id") ON DELETE CASCADE ON UPDATE CASCADE;

UPDATE api_tokens t SET created_by_token_id = maker.id
FROM events e JOIN api_tokens maker ON maker.id = e.token_id
WHERE e.name = 'api_token_create' AND e.outcome = 'success' AND e.target_id = t.id::text
  AND t.created_by_id IS NULL AND maker.id <> t.id;

-- It is the person's who made the first of the chain; where that was the machine, all of them are the installation's.
WITH RECURSIVE chain AS (
  SELECT id, created_by_id FROM api_tokens WHERE created_by_token_id IS NULL
  UNION
  SELECT t.id, chain.created_by_id FROM api_tokens t JOIN chain ON chain.id = t.created_by_token_id
)
UPDATE api_tokens t SET created_by_id = chain.created_by_id
FROM chain WHERE chain.id = t.id AND t.created_by_token_id IS NOT NULL;
