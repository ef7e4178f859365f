-- Until when the server has asked not to be asked anything (Retry-After): real time, and nothing but another address takes it away.
ALTER TABLE "integrations" ADD COLUMN "rests_until" TIMESTAMPTZ(3);
