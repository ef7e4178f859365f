-- What mappings may aim at, and in which type it is sent. The rows of a template are not written here, because SQL cannot read it:
-- whoever reads the list of an application first writes them (lib/applications/target-attributes.ts).
-- CreateEnum
CREATE TYPE "target_attribute_type" AS ENUM ('string', 'boolean', 'integer', 'decimal', 'dateTime', 'reference', 'complex');

-- CreateEnum
CREATE TYPE "attribute_mutability" AS ENUM ('readWrite', 'immutable', 'writeOnly', 'readOnly');

-- CreateEnum
CREATE TYPE "attribute_origin" AS ENUM ('template', 'server', 'administrator');

-- AlterTable
ALTER TABLE "applications" ADD COLUMN     "attributes_version" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "target_attributes" (
    "application_id" UUID NOT NULL,
    "object_type" "object_type" NOT NULL,
    "key" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "type" "target_attribute_type" NOT NULL,
    "multi_valued" BOOLEAN NOT NULL DEFAULT false,
    "required" BOOLEAN NOT NULL DEFAULT false,
    "canonical_values" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "case_exact" BOOLEAN NOT NULL DEFAULT false,
    "mutability" "attribute_mutability" NOT NULL DEFAULT 'readWrite',
    "origin" "attribute_origin" NOT NULL,
    "position" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "target_attributes_pkey" PRIMARY KEY ("application_id","object_type","key")
);

-- AddForeignKey
ALTER TABLE "target_attributes" ADD CONSTRAINT "target_attributes_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;
