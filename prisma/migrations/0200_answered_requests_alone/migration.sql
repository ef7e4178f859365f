-- Which request was answered is noted with every sign-in. That its application is there was read just before, and a note goes by itself once it has
-- expired: to lock the application's row for each, together with every other sign-in, guards nothing.
ALTER TABLE "authn_requests" DROP CONSTRAINT "authn_requests_application_id_fkey";
