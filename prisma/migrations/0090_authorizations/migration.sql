-- CreateTable
CREATE TABLE "authorizations" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "base_url" TEXT NOT NULL,
    "manage_groups" BOOLEAN NOT NULL,
    "authentication" JSONB NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "integration_version" INTEGER,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "asked_by_name" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "state_hash" TEXT,
    "session_id" UUID,
    "verifier_sealed" TEXT NOT NULL DEFAULT '',
    "answered_at" TIMESTAMPTZ(3),
    "failure" TEXT,
    "connected_at" TIMESTAMPTZ(3),
    "connected_by_name" TEXT,
    "tokens_sealed" TEXT NOT NULL DEFAULT '',
    "is_refreshable" BOOLEAN NOT NULL DEFAULT false,
    "access_ends_at" TIMESTAMPTZ(3),
    "refreshed_at" TIMESTAMPTZ(3),
    "refused_at" TIMESTAMPTZ(3),
    "refusal" TEXT,

    CONSTRAINT "authorizations_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "authorizations_state_hash_key" ON "authorizations"("state_hash");

-- CreateIndex
CREATE INDEX "authorizations_application_id_idx" ON "authorizations"("application_id");

-- AddForeignKey
ALTER TABLE "authorizations" ADD CONSTRAINT "authorizations_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;
