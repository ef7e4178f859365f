-- Of what there is one at a time, who is at work on it: in place of the queue's named queues, all of which each look for a job locks.
CREATE TABLE task_leases (
  name TEXT NOT NULL,
  token UUID NOT NULL,
  worker_id UUID NOT NULL,
  waiting TEXT[] DEFAULT ARRAY[]::TEXT[],
  CONSTRAINT task_leases_pkey PRIMARY KEY (name)
);
CREATE UNIQUE INDEX task_leases_token_key ON task_leases (token);

-- What waits goes on without a queue. There is none yet in a new database.
DO $$ BEGIN
  IF to_regclass('graphile_worker._private_jobs') IS NOT NULL THEN
    UPDATE graphile_worker._private_jobs SET job_queue_id = NULL WHERE job_queue_id IS NOT NULL;
    DELETE FROM graphile_worker._private_job_queues;
  END IF;
END $$;
