import pg from 'pg';

/** Longest that a question may take, connecting included, in milliseconds. */
export const probePatienceMs = 2_000;

interface Shared {
  latchkeyProbe?: { client: pg.Client; connected: Promise<unknown> } | undefined;
  latchkeyProbeTurn?: Promise<unknown> | undefined;
}
/** On the global object, because the server and what Next bundles are one process with two copies of this module. */
const shared = globalThis as Shared;

/**
 * Asks the database a short question on a connection of its own: the pool's may all be busy, which says nothing about
 * the database. One question after the other; a connection that was too slow is not used again.
 * @returns the rows
 * @throws Error after two seconds, or what the database answered
 */
export function probe<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const turn = (shared.latchkeyProbeTurn ?? Promise.resolve()).catch(() => {}).then(() => ask<Row>(sql));
  shared.latchkeyProbeTurn = turn;
  return turn;
}

async function ask<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const isKept = shared.latchkeyProbe !== undefined;
  shared.latchkeyProbe ??= connect();
  const { client, connected } = shared.latchkeyProbe;
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(new Error('The database does not answer.'));
    }, probePatienceMs);
  });
  try {
    return (await Promise.race([connected.then(() => client.query<Row>(sql)), late])).rows;
  } catch (error) {
    shared.latchkeyProbe = undefined;
    // With a question open, this does not wait for the database.
    client.end().catch(() => {});
    // A connection that was kept may have ended with a database that is back since.
    if (isKept && !isLate) return ask(sql);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function connect() {
  const client = new pg.Client({
    connectionString: process.env.DATABASE_URL ?? 'postgresql://database-url-is-not-set.invalid/',
    application_name: 'latchkey probe',
    connectionTimeoutMillis: probePatienceMs,
    keepAlive: true,
  });
  const connected = client.connect();
  connected.catch(() => {});
  client.on('error', () => {});
  // Ended while idle: the next question opens another one.
  client.on('end', () => {
    if (shared.latchkeyProbe?.client === client) shared.latchkeyProbe = undefined;
  });
  return { client, connected };
}
