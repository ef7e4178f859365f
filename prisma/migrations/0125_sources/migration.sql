-- Sources: other directories that push people and groups into this one, by SCIM 2.0.
CREATE TABLE "sources" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "take_over" BOOLEAN NOT NULL DEFAULT false,
    "mail_activation" BOOLEAN NOT NULL DEFAULT false,
    "requests_per_minute" INTEGER NOT NULL DEFAULT 3000,
    "last_seen_at" TIMESTAMPTZ(3),
    "last_seen_address" TEXT,
    "last_seen_agent" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "sources_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "sources_name_key" ON "sources" (lower("name")) WHERE "deleted_at" IS NULL;

CREATE TABLE "source_tokens" (
    "id" UUID NOT NULL,
    "source_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "source_tokens_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "source_tokens_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "sources"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "source_tokens_token_hash_key" ON "source_tokens"("token_hash");
CREATE INDEX "source_tokens_source_id_idx" ON "source_tokens"("source_id");

-- What was refused lately: two hundred of a source at most.
CREATE TABLE "source_refusals" (
    "id" UUID NOT NULL,
    "source_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "scim_type" TEXT,
    "detail" TEXT NOT NULL,
    "about" TEXT,

    CONSTRAINT "source_refusals_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "source_refusals_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "sources"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "source_refusals_source_id_id_idx" ON "source_refusals"("source_id", "id");

-- No foreign keys: a source is deleted as such, and whom it owned is nobody's without a row being written.
ALTER TABLE "users" ADD COLUMN "source_id" UUID,
    ADD COLUMN "external_id" TEXT,
    ADD COLUMN "source_active" BOOLEAN;
ALTER TABLE "groups" ADD COLUMN "source_id" UUID,
    ADD COLUMN "external_id" TEXT;

CREATE UNIQUE INDEX "users_source_id_external_id_key" ON "users" ("source_id", "external_id") WHERE "deleted_at" IS NULL AND "source_id" IS NOT NULL AND "external_id" IS NOT NULL;
CREATE INDEX "users_of_source_idx" ON "users" ("source_id", "id") WHERE "source_id" IS NOT NULL AND "deleted_at" IS NULL;
CREATE INDEX "users_of_source_by_username_idx" ON "users" ("source_id", "username_folded") WHERE "source_id" IS NOT NULL AND "deleted_at" IS NULL;
CREATE INDEX "users_of_source_by_email_idx" ON "users" ("source_id", "email_folded") WHERE "source_id" IS NOT NULL AND "deleted_at" IS NULL;
CREATE INDEX "users_of_source_by_display_name_idx" ON "users" ("source_id", lower("display_name")) WHERE "source_id" IS NOT NULL AND "deleted_at" IS NULL;
CREATE INDEX "users_of_source_by_update_idx" ON "users" ("source_id", "updated_at") WHERE "source_id" IS NOT NULL AND "deleted_at" IS NULL;
CREATE INDEX "users_deleted_of_source_idx" ON "users" ("source_id", "username_folded") WHERE "source_id" IS NOT NULL AND "deleted_at" IS NOT NULL;
CREATE UNIQUE INDEX "groups_source_id_external_id_key" ON "groups" ("source_id", "external_id") WHERE "deleted_at" IS NULL AND "source_id" IS NOT NULL AND "external_id" IS NOT NULL;
CREATE INDEX "groups_of_source_by_name_idx" ON "groups" ("source_id", "name_folded") WHERE "source_id" IS NOT NULL AND "deleted_at" IS NULL;
CREATE INDEX "groups_of_source_idx" ON "groups" ("source_id", "id") WHERE "source_id" IS NOT NULL AND "deleted_at" IS NULL;
