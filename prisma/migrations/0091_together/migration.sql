-- Several changes may leave by one request.
ALTER TABLE "exchanges" ADD COLUMN "together" INTEGER;
