-- Logouts whose browser has not come back are ended every ten minutes: they are found without reading those of years.
CREATE INDEX logouts_open ON logouts (created_at) WHERE finished_at IS NULL;
