-- CreateEnum
CREATE TYPE "missing_answer" AS ENUM ('unasked', 'gone', 'there', 'untold');

-- AlterTable
ALTER TABLE "integrations" ADD COLUMN     "held_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "missing_links" (
    "link_id" UUID NOT NULL,
    "application_id" UUID NOT NULL,
    "user_link_id" UUID,
    "group_link_id" UUID,
    "remote_id" TEXT NOT NULL,
    "reading_id" UUID NOT NULL,
    "answer" "missing_answer" NOT NULL DEFAULT 'unasked',
    "confirmed_at" TIMESTAMPTZ(3),

    CONSTRAINT "missing_links_pkey" PRIMARY KEY ("link_id")
);

-- CreateIndex
CREATE INDEX "missing_links_application_id_link_id_idx" ON "missing_links"("application_id", "link_id");

-- CreateIndex
CREATE INDEX "missing_links_user_link_id_idx" ON "missing_links"("user_link_id");

-- CreateIndex
CREATE INDEX "missing_links_group_link_id_idx" ON "missing_links"("group_link_id");

-- AddForeignKey
ALTER TABLE "missing_links" ADD CONSTRAINT "missing_links_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "missing_links" ADD CONSTRAINT "missing_links_user_link_id_fkey" FOREIGN KEY ("user_link_id") REFERENCES "user_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "missing_links" ADD CONSTRAINT "missing_links_group_link_id_fkey" FOREIGN KEY ("group_link_id") REFERENCES "group_links"("id") ON DELETE CASCADE ON UPDATE CASCADE;
