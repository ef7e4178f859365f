-- DropIndex
DROP INDEX "saml_sessions_session_id_idx";

-- AlterTable
ALTER TABLE "sso_settings" ADD COLUMN     "pairwise_salt" TEXT NOT NULL DEFAULT replace((gen_random_uuid())::text || (gen_random_uuid())::text, '-'::text, ''::text);

-- AlterTable
ALTER TABLE "saml_sessions" ADD COLUMN     "ends_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "saml_sessions_session_id_application_id_idx" ON "saml_sessions"("session_id", "application_id");

-- Until now NameID was made of its source whatever the format. Where people may have been signed in so, the application over
-- there knows them by that name: it goes on until an administrator ends it on the SSO tab.
UPDATE "sso_settings" AS s SET "settings" = s."settings" || '{"legacyNameId": true}'
FROM "applications" AS a
WHERE a."id" = s."application_id" AND a."sso_status" <> 'not_configured'
  AND s."settings"->>'nameIdFormat' <> 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'
  AND NOT (
    s."settings"->>'nameIdFormat' = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
    AND s."settings"#>>'{nameIdSource,kind}' = 'property'
    AND lower(s."settings"#>>'{nameIdSource,source}') IN ('email', 'mail', 'emailaddress', 'emails'));

-- Formats that are not offered any more, where nobody was ever signed in by them.
UPDATE "sso_settings" AS s
SET "settings" = s."settings" || '{"nameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"}'
FROM "applications" AS a
WHERE a."id" = s."application_id" AND a."sso_status" = 'not_configured'
  AND s."settings"->>'nameIdFormat' IN (
    'urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName',
    'urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName');
