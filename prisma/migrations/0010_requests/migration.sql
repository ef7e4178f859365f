-- Of AuthnRequests only the IDs of those that were answered are stored; what nobody has answered is carried by the browser.
DELETE FROM "authn_requests" WHERE "answered_at" IS NULL;
ALTER TABLE "authn_requests" DROP CONSTRAINT "authn_requests_pkey",
DROP COLUMN "id",
DROP COLUMN "request",
DROP COLUMN "relay_state",
DROP COLUMN "received_at",
ALTER COLUMN "answered_at" SET NOT NULL,
ADD CONSTRAINT "authn_requests_pkey" PRIMARY KEY ("application_id", "request_id");
DROP INDEX "authn_requests_application_id_request_id_key";
