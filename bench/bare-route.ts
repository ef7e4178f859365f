/**
 * What the HTTP API is measured against: a route on `node:http` that inserts the rows of a new person by `pg`, and does
 * nothing else. No token is looked at, nothing is checked, nobody is told who has a name. Its rows are in one transaction, in
 * as few statements as can be written without thinking: one for each table.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { tellPools } from '@/lib/queue/enqueue';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? '', max: 15 });
const tokenId = process.env.BARE_TOKEN_ID ?? '';

interface Person {
  username: string;
  email: string;
  firstname: string;
  lastname: string;
}

async function insert(person: Person, key: string): Promise<unknown> {
  const { username, email, firstname, lastname } = person;
  const id = randomUUID();
  const displayName = `${firstname} ${lastname}`;
  const token = randomBytes(32).toString('base64url');
  const answer = { id, ...person, url: `http://localhost/activate?token=${token}` };
  const client = await pool.connect();
  const run = (name: string, text: string, values: unknown[]) => client.query({ name, text, values });
  try {
    await client.query('BEGIN');
    await run(
      'key',
      'INSERT INTO idempotency_keys (token_id, key, request_hash, answer_sealed) VALUES ($1, $2, $3, $4)',
      [tokenId, key, hash(JSON.stringify(person)), JSON.stringify(answer)],
    );
    await run(
      'user',
      `INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name)
       VALUES ($1, $2, $3, $2, $3, $4, $5, $6)`,
      [id, username, email, firstname, lastname, displayName],
    );
    await run(
      'link',
      "INSERT INTO activation_links (id, user_id, token_hash, expires_at) VALUES ($1, $2, $3, now() + interval '7 days')",
      [randomUUID(), id, hash(token)],
    );
    await run(
      'event',
      `INSERT INTO events (at, name, outcome, actor_name, token_id, target_type, target_id, target_name, changes)
       VALUES (now(), 'user_create', 'success', 'bare', $1, 'user', $2, $3, $4)`,
      [tokenId, id, username, JSON.stringify({ username: { to: username }, email: { to: email } })],
    );
    await run(
      'task',
      `SELECT graphile_worker.add_job('directory-changed', $1::json, max_attempts => 25), ${tellPools("'directory-changed'", '1')}`,
      [JSON.stringify({ userIds: [id], groupIds: [] })],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
  return answer;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const person = JSON.parse(Buffer.concat(pieces).toString()) as Person;
    insert(person, String(request.headers['idempotency-key'])).then(
      (answer) => response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
// It ends with whoever measures, however that ends.
createInterface({ input: process.stdin }).once('close', () => process.exit(0));
