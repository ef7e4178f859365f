-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "role" AS ENUM ('administrator', 'helpdesk', 'user');

-- CreateEnum
CREATE TYPE "user_status" AS ENUM ('active', 'suspended');

-- CreateEnum
CREATE TYPE "application_kind" AS ENUM ('saml', 'bookmark');

-- CreateEnum
CREATE TYPE "feature_status" AS ENUM ('not_configured', 'active', 'inactive');

-- CreateEnum
CREATE TYPE "idp_key_state" AS ENUM ('current', 'next', 'retired');

-- CreateEnum
CREATE TYPE "integration_status" AS ENUM ('active', 'paused', 'quarantined', 'inactive');

-- CreateEnum
CREATE TYPE "object_type" AS ENUM ('user', 'group');

-- CreateEnum
CREATE TYPE "mapping_kind" AS ENUM ('direct', 'constant', 'expression');

-- CreateEnum
CREATE TYPE "mapping_apply" AS ENUM ('always', 'creation', 'multiple');

-- CreateEnum
CREATE TYPE "link_state" AS ENUM ('pending', 'provisioned', 'deactivated', 'deleted', 'error', 'conflict', 'outcome_unknown', 'released', 'skipped');

-- CreateEnum
CREATE TYPE "operation_action" AS ENUM ('lookup', 'create', 'update', 'deactivate', 'reactivate', 'delete');

-- CreateEnum
CREATE TYPE "operation_state" AS ENUM ('intent', 'succeeded', 'failed', 'unknown');

-- CreateEnum
CREATE TYPE "cycle_trigger" AS ENUM ('activation', 'schedule', 'manual', 'settings');

-- CreateEnum
CREATE TYPE "cycle_stage" AS ENUM ('reading', 'users', 'groups', 'finished', 'stopped', 'failed');

-- CreateEnum
CREATE TYPE "import_state" AS ENUM ('fetching', 'review', 'running', 'finished', 'failed');

-- CreateEnum
CREATE TYPE "import_match" AS ENUM ('none', 'exact', 'partial', 'ambiguous', 'imported');

-- CreateEnum
CREATE TYPE "import_row_state" AS ENUM ('listed', 'queued', 'done', 'failed');

-- CreateEnum
CREATE TYPE "event_outcome" AS ENUM ('success', 'error');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "firstname" TEXT NOT NULL,
    "lastname" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "employee_identifier" TEXT,
    "job_title" TEXT,
    "department" TEXT,
    "company" TEXT,
    "cost_center" TEXT,
    "location" TEXT,
    "phone" TEXT,
    "manager_id" UUID,
    "custom_attributes" JSONB NOT NULL DEFAULT '{}',
    "status" "user_status" NOT NULL DEFAULT 'active',
    "role" "role" NOT NULL DEFAULT 'user',
    "password_hash" TEXT,
    "failed_sign_ins" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),
    "last_sign_in_at" TIMESTAMPTZ(3),
    "imported_from_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "purged_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "authenticated_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "client_address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "activation_links" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "activation_links_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "groups" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "imported_from_id" UUID,
    "deleted_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "groups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_members" (
    "group_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_members_pkey" PRIMARY KEY ("group_id","user_id")
);

-- CreateTable
CREATE TABLE "group_nestings" (
    "parent_id" UUID NOT NULL,
    "child_id" UUID NOT NULL,

    CONSTRAINT "group_nestings_pkey" PRIMARY KEY ("parent_id","child_id")
);

-- CreateTable
CREATE TABLE "applications" (
    "id" UUID NOT NULL,
    "template_id" TEXT NOT NULL,
    "template_version" INTEGER NOT NULL,
    "kind" "application_kind" NOT NULL,
    "display_label" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "logo_color" TEXT NOT NULL,
    "logo_image" TEXT,
    "show_in_portal" BOOLEAN NOT NULL DEFAULT true,
    "slug" TEXT NOT NULL,
    "placeholders" JSONB NOT NULL DEFAULT '{}',
    "bookmark_url" TEXT,
    "sso_status" "feature_status" NOT NULL DEFAULT 'not_configured',
    "username_format" TEXT NOT NULL DEFAULT 'username',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "applications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "application_groups" (
    "application_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "application_groups_pkey" PRIMARY KEY ("application_id","group_id")
);

-- CreateTable
CREATE TABLE "application_users" (
    "application_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "assigned" BOOLEAN NOT NULL DEFAULT false,
    "application_username" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "application_users_pkey" PRIMARY KEY ("application_id","user_id")
);

-- CreateTable
CREATE TABLE "sso_settings" (
    "application_id" UUID NOT NULL,
    "idp_entity_id" TEXT,
    "settings" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sso_settings_pkey" PRIMARY KEY ("application_id")
);

-- CreateTable
CREATE TABLE "idp_keys" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "state" "idp_key_state" NOT NULL,
    "certificate" TEXT NOT NULL,
    "private_key_sealed" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL,
    "not_after" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idp_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sp_certificates" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "certificate" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "not_after" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sp_certificates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "authn_requests" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "request_id" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "relay_state" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "authn_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "saml_sessions" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "session_index" TEXT NOT NULL,
    "name_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saml_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "integrations" (
    "application_id" UUID NOT NULL,
    "status" "integration_status" NOT NULL,
    "base_url" TEXT NOT NULL,
    "token_sealed" TEXT NOT NULL,
    "token_updated_at" TIMESTAMPTZ(3) NOT NULL,
    "manage_groups" BOOLEAN NOT NULL,
    "capabilities" JSONB NOT NULL,
    "quarantine_reason" TEXT,
    "quarantined_at" TIMESTAMPTZ(3),
    "not_before" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_success_at" TIMESTAMPTZ(3),
    "interval_minutes" INTEGER NOT NULL DEFAULT 40,
    "activated_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "integrations_pkey" PRIMARY KEY ("application_id")
);

-- CreateTable
CREATE TABLE "attribute_mappings" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "object_type" "object_type" NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" "mapping_kind" NOT NULL,
    "source" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "apply" "mapping_apply" NOT NULL DEFAULT 'always',
    "matching_precedence" INTEGER,
    "default_value" TEXT,
    "required" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "attribute_mappings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_links" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "remote_id" TEXT,
    "state" "link_state" NOT NULL DEFAULT 'pending',
    "last_sent" JSONB,
    "last_read" JSONB,
    "last_error" JSONB,
    "taken_over" BOOLEAN NOT NULL DEFAULT false,
    "last_change_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "priority" INTEGER NOT NULL DEFAULT 2,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lease_token" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "cycle_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_links_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_links" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "remote_id" TEXT,
    "state" "link_state" NOT NULL DEFAULT 'pending',
    "last_sent" JSONB,
    "last_error" JSONB,
    "taken_over" BOOLEAN NOT NULL DEFAULT false,
    "foreign_members" INTEGER NOT NULL DEFAULT 0,
    "last_change_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lease_token" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "cycle_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_links_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_link_members" (
    "group_link_id" UUID NOT NULL,
    "user_link_id" UUID NOT NULL,
    "remote_id" TEXT NOT NULL,

    CONSTRAINT "group_link_members_pkey" PRIMARY KEY ("group_link_id","user_link_id")
);

-- CreateTable
CREATE TABLE "operations" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "user_link_id" UUID,
    "group_link_id" UUID,
    "cycle_id" UUID,
    "action" "operation_action" NOT NULL,
    "state" "operation_state" NOT NULL DEFAULT 'intent',
    "changes" JSONB NOT NULL,
    "error" JSONB,
    "duration_ms" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "operations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exchanges" (
    "operation_id" UUID NOT NULL,
    "method" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "request_body" TEXT,
    "status" INTEGER,
    "response_body" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "exchanges_pkey" PRIMARY KEY ("operation_id")
);

-- CreateTable
CREATE TABLE "cycles" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "trigger" "cycle_trigger" NOT NULL,
    "stage" "cycle_stage" NOT NULL DEFAULT 'reading',
    "cursor" INTEGER NOT NULL DEFAULT 1,
    "read_accounts" INTEGER NOT NULL DEFAULT 0,
    "total_users" INTEGER NOT NULL DEFAULT 0,
    "error" JSONB,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "cycles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "remote_accounts" (
    "application_id" UUID NOT NULL,
    "remote_id" TEXT NOT NULL,
    "user_name" TEXT NOT NULL,
    "email" TEXT,
    "display_name" TEXT,
    "firstname" TEXT,
    "lastname" TEXT,
    "active" BOOLEAN NOT NULL,
    "resource" JSONB NOT NULL,
    "match_keys" TEXT[],
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "remote_accounts_pkey" PRIMARY KEY ("application_id","remote_id")
);

-- CreateTable
CREATE TABLE "remote_groups" (
    "application_id" UUID NOT NULL,
    "remote_id" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "member_ids" TEXT[],
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "remote_groups_pkey" PRIMARY KEY ("application_id","remote_id")
);

-- CreateTable
CREATE TABLE "imports" (
    "id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "state" "import_state" NOT NULL DEFAULT 'fetching',
    "fetched" INTEGER NOT NULL DEFAULT 0,
    "expected" INTEGER,
    "error" JSONB,
    "started_by_id" UUID,
    "started_by_name" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmed_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "imports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_rows" (
    "import_id" UUID NOT NULL,
    "remote_id" TEXT NOT NULL,
    "user_name" TEXT NOT NULL,
    "email" TEXT,
    "display_name" TEXT,
    "firstname" TEXT,
    "lastname" TEXT,
    "active" BOOLEAN NOT NULL,
    "match" "import_match" NOT NULL,
    "user_id" UUID,
    "state" "import_row_state" NOT NULL DEFAULT 'listed',
    "error" JSONB,

    CONSTRAINT "import_rows_pkey" PRIMARY KEY ("import_id","remote_id")
);

-- CreateTable
CREATE TABLE "events" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "name" TEXT NOT NULL,
    "outcome" "event_outcome" NOT NULL,
    "actor_id" UUID,
    "actor_name" TEXT NOT NULL,
    "client_address" TEXT,
    "application_id" UUID,
    "application_label" TEXT,
    "target_type" TEXT,
    "target_id" TEXT,
    "target_name" TEXT,
    "code" TEXT,
    "message" TEXT,
    "changes" JSONB,
    "cycle_id" UUID,
    "operation_id" UUID,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mails" (
    "id" UUID NOT NULL,
    "to" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text_sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "mails_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settings" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "worker_heartbeats" (
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "worker_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_heartbeats_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "users_manager_id_idx" ON "users"("manager_id");

-- CreateIndex
CREATE INDEX "users_lastname_firstname_id_idx" ON "users"("lastname", "firstname", "id");

-- CreateIndex
CREATE INDEX "users_deleted_at_idx" ON "users"("deleted_at");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "activation_links_token_hash_key" ON "activation_links"("token_hash");

-- CreateIndex
CREATE INDEX "activation_links_user_id_idx" ON "activation_links"("user_id");

-- CreateIndex
CREATE INDEX "groups_name_id_idx" ON "groups"("name", "id");

-- CreateIndex
CREATE INDEX "group_members_user_id_idx" ON "group_members"("user_id");

-- CreateIndex
CREATE INDEX "group_nestings_child_id_idx" ON "group_nestings"("child_id");

-- CreateIndex
CREATE UNIQUE INDEX "applications_slug_key" ON "applications"("slug");

-- CreateIndex
CREATE INDEX "applications_display_label_id_idx" ON "applications"("display_label", "id");

-- CreateIndex
CREATE INDEX "application_groups_group_id_idx" ON "application_groups"("group_id");

-- CreateIndex
CREATE INDEX "application_users_user_id_idx" ON "application_users"("user_id");

-- CreateIndex
CREATE INDEX "idp_keys_application_id_idx" ON "idp_keys"("application_id");

-- CreateIndex
CREATE UNIQUE INDEX "sp_certificates_application_id_fingerprint_key" ON "sp_certificates"("application_id", "fingerprint");

-- CreateIndex
CREATE INDEX "authn_requests_expires_at_idx" ON "authn_requests"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "authn_requests_application_id_request_id_key" ON "authn_requests"("application_id", "request_id");

-- CreateIndex
CREATE UNIQUE INDEX "saml_sessions_session_index_key" ON "saml_sessions"("session_index");

-- CreateIndex
CREATE INDEX "saml_sessions_application_id_idx" ON "saml_sessions"("application_id");

-- CreateIndex
CREATE INDEX "saml_sessions_session_id_idx" ON "saml_sessions"("session_id");

-- CreateIndex
CREATE UNIQUE INDEX "attribute_mappings_application_id_object_type_target_key" ON "attribute_mappings"("application_id", "object_type", "target");

-- CreateIndex
CREATE INDEX "user_links_user_id_idx" ON "user_links"("user_id");

-- CreateIndex
CREATE INDEX "user_links_application_id_state_idx" ON "user_links"("application_id", "state");

-- CreateIndex
CREATE INDEX "user_links_cycle_id_idx" ON "user_links"("cycle_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_links_application_id_user_id_key" ON "user_links"("application_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_links_application_id_remote_id_key" ON "user_links"("application_id", "remote_id");

-- CreateIndex
CREATE INDEX "group_links_group_id_idx" ON "group_links"("group_id");

-- CreateIndex
CREATE UNIQUE INDEX "group_links_application_id_group_id_key" ON "group_links"("application_id", "group_id");

-- CreateIndex
CREATE UNIQUE INDEX "group_links_application_id_remote_id_key" ON "group_links"("application_id", "remote_id");

-- CreateIndex
CREATE INDEX "group_link_members_user_link_id_idx" ON "group_link_members"("user_link_id");

-- CreateIndex
CREATE INDEX "operations_application_id_created_at_idx" ON "operations"("application_id", "created_at");

-- CreateIndex
CREATE INDEX "operations_user_link_id_created_at_idx" ON "operations"("user_link_id", "created_at");

-- CreateIndex
CREATE INDEX "operations_group_link_id_created_at_idx" ON "operations"("group_link_id", "created_at");

-- CreateIndex
CREATE INDEX "operations_cycle_id_idx" ON "operations"("cycle_id");

-- CreateIndex
CREATE INDEX "exchanges_created_at_idx" ON "exchanges"("created_at");

-- CreateIndex
CREATE INDEX "cycles_application_id_started_at_idx" ON "cycles"("application_id", "started_at");

-- CreateIndex
CREATE INDEX "remote_accounts_match_keys_idx" ON "remote_accounts" USING GIN ("match_keys");

-- CreateIndex
CREATE INDEX "imports_application_id_started_at_idx" ON "imports"("application_id", "started_at");

-- CreateIndex
CREATE INDEX "import_rows_import_id_match_idx" ON "import_rows"("import_id", "match");

-- CreateIndex
CREATE INDEX "import_rows_import_id_state_idx" ON "import_rows"("import_id", "state");

-- CreateIndex
CREATE INDEX "events_at_idx" ON "events"("at");

-- CreateIndex
CREATE INDEX "events_name_id_idx" ON "events"("name", "id");

-- CreateIndex
CREATE INDEX "events_application_id_id_idx" ON "events"("application_id", "id");

-- CreateIndex
CREATE INDEX "events_target_id_id_idx" ON "events"("target_id", "id");

-- CreateIndex
CREATE INDEX "mails_created_at_idx" ON "mails"("created_at");

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_manager_id_fkey" FOREIGN KEY ("manager_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "activation_links" ADD CONSTRAINT "activation_links_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_nestings" ADD CONSTRAINT "group_nestings_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_nestings" ADD CONSTRAINT "group_nestings_child_id_fkey" FOREIGN KEY ("child_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_groups" ADD CONSTRAINT "application_groups_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_groups" ADD CONSTRAINT "application_groups_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_users" ADD CONSTRAINT "application_users_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_users" ADD CONSTRAINT "application_users_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sso_settings" ADD CONSTRAINT "sso_settings_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "idp_keys" ADD CONSTRAINT "idp_keys_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sp_certificates" ADD CONSTRAINT "sp_certificates_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "authn_requests" ADD CONSTRAINT "authn_requests_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saml_sessions" ADD CONSTRAINT "saml_sessions_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saml_sessions" ADD CONSTRAINT "saml_sessions_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attribute_mappings" ADD CONSTRAINT "attribute_mappings_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_links" ADD CONSTRAINT "user_links_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_links" ADD CONSTRAINT "user_links_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_links" ADD CONSTRAINT "group_links_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_links" ADD CONSTRAINT "group_links_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_link_members" ADD CONSTRAINT "group_link_members_group_link_id_fkey" FOREIGN KEY ("group_link_id") REFERENCES "group_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_link_members" ADD CONSTRAINT "group_link_members_user_link_id_fkey" FOREIGN KEY ("user_link_id") REFERENCES "user_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_user_link_id_fkey" FOREIGN KEY ("user_link_id") REFERENCES "user_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_group_link_id_fkey" FOREIGN KEY ("group_link_id") REFERENCES "group_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exchanges" ADD CONSTRAINT "exchanges_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cycles" ADD CONSTRAINT "cycles_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "remote_accounts" ADD CONSTRAINT "remote_accounts_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "remote_groups" ADD CONSTRAINT "remote_groups_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import_rows" ADD CONSTRAINT "import_rows_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;
