import pg from 'pg';

/** For the queue's own statements, of all slots: a slot needs a connection only for a moment. */
const atOnce = 4;

/**
 * Connections that all pools of the queue share: PostgreSQL spends some MiB on each, and with connections of its own every pool had up to
 * eight. @param pools that listen, each on a connection for itself
 * @returns to be ended when the pools have
 */
export function queueConnections(connectionString: string, pools: number): pg.Pool {
  const connections = new pg.Pool({ connectionString, max: pools + atOnce, idleTimeoutMillis: 5_000 });
  // One that ends while nobody uses it is replaced; who uses it hears of it by the statement that fails.
  connections.on('error', () => {});
  connections.on('connect', (client) => {
    client.on('error', () => {});
  });
  return connections;
}
