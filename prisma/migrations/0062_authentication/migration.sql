-- How a connection authenticates (lib/scim/authentication.ts). Those that there are have a bearer token; token_sealed holds the secret of every kind.
ALTER TABLE "integrations" ADD COLUMN "authentication" JSONB NOT NULL DEFAULT '{"kind": "bearer"}';
