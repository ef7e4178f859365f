-- One task for a webhook, not one for each delivery: what is next is asked of the deliveries, so they go in their order.
CREATE INDEX webhook_deliveries_next ON webhook_deliveries (webhook_id, next_attempt_at, created_at, id) WHERE state = 'waiting';

-- What waits gets its task. There is no queue yet in a new database.
DO $$ BEGIN
  IF to_regclass('graphile_worker._private_jobs') IS NOT NULL THEN
    DELETE FROM graphile_worker._private_jobs
    WHERE task_id = (SELECT id FROM graphile_worker._private_tasks WHERE identifier = 'deliver-webhook');
    PERFORM graphile_worker.add_job('deliver-webhook', json_build_object('webhookId', webhook_id), max_attempts => 25,
      job_key => 'webhook:' || webhook_id)
    FROM (SELECT DISTINCT webhook_id FROM webhook_deliveries WHERE state = 'waiting') waiting;
  END IF;
END $$;
