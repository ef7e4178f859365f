-- Names in the form in which they are compared (lib/core/fold-name.ts). COLLATE "C": the same on any server, whatever its
-- locale is and becomes.
ALTER TABLE "users" ADD COLUMN "username_folded" TEXT COLLATE "C" NOT NULL DEFAULT '',
ADD COLUMN "email_folded" TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE "groups" ADD COLUMN "name_folded" TEXT COLLATE "C" NOT NULL DEFAULT '',
ADD COLUMN "name_contested" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "application_users" ADD COLUMN "application_username_folded" TEXT COLLATE "C";
ALTER TABLE "user_links" ADD COLUMN "account_name" TEXT COLLATE "C";
ALTER TABLE "remote_accounts" ADD COLUMN "email_folded" TEXT COLLATE "C",
ADD COLUMN "user_name_folded" TEXT COLLATE "C" NOT NULL DEFAULT '';

-- Plain ASCII, which is nearly all of it, needs no table of Unicode. The rest is folded by lib/db/fold-stored-names.ts, which
-- runs after this, in the same transaction.
UPDATE "users" SET "username_folded" = lower("username" COLLATE "C") WHERE octet_length("username") = char_length("username");
UPDATE "users" SET "email_folded" = lower("email" COLLATE "C") WHERE octet_length("email") = char_length("email");
UPDATE "groups" SET "name_folded" = lower("name" COLLATE "C") WHERE octet_length("name") = char_length("name");
UPDATE "application_users" SET "application_username_folded" = lower("application_username" COLLATE "C")
  WHERE octet_length("application_username") = char_length("application_username");
UPDATE "user_links" l SET "account_name" = lower(left(n.name, 600) COLLATE "C")
  FROM (SELECT id, coalesce(last_read ->> 'userName', last_sent ->> 'userName') AS name FROM user_links) n
  WHERE n.id = l.id AND octet_length(n.name) = char_length(n.name);
