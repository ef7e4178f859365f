-- A link that ended before it was used is kept for a while, so that whoever opens it is told why.
ALTER TABLE "activation_links" ADD COLUMN     "ended_at" TIMESTAMPTZ(3);

-- The one rule of when open links end, whoever changes the person and by whatever command: a link must not outlive the
-- password that it was to replace, lead from an old mailbox into the account, be worth more than when it was issued, or
-- survive suspension and deletion. A changed name or username and a lower role make nobody else its holder.
CREATE FUNCTION users_end_activation_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE activation_links SET ended_at = now() WHERE user_id = NEW.id AND used_at IS NULL AND ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER users_end_activation_links AFTER UPDATE ON users FOR EACH ROW
  WHEN (
    OLD.password_hash IS DISTINCT FROM NEW.password_hash
    OR OLD.email <> NEW.email
    OR (OLD.role <> 'administrator' AND NEW.role = 'administrator')
    OR (OLD.role = 'user' AND NEW.role = 'helpdesk')
    OR (OLD.status <> 'suspended' AND NEW.status = 'suspended')
    OR (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL))
  EXECUTE FUNCTION users_end_activation_links();

-- Links that are open now although their person was suspended.
UPDATE activation_links SET ended_at = now() FROM users
WHERE users.id = activation_links.user_id AND users.status = 'suspended' AND used_at IS NULL;

-- The printed password of the first start, and one that was reset on the machine, are known to others.
ALTER TABLE "users" ADD COLUMN     "must_change_password" BOOLEAN NOT NULL DEFAULT false;

-- Forgot password: which links were asked for at the sign-in page, and how many requests there were lately.
ALTER TABLE "activation_links" ADD COLUMN     "requested" BOOLEAN NOT NULL DEFAULT false;
CREATE TABLE "password_link_limits" (
    "key" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "password_link_limits_pkey" PRIMARY KEY ("key")
);
