import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { handleApi } from '../lib/api/handle';
import { db } from '../lib/db/client';

const origin = process.env.ORIGIN ?? '';
const rounds = 20;

/** Creates one person, as the HTTP API does it. */
async function create(): Promise<void> {
  const username = `counted.${randomUUID()}`;
  const headers = {
    authorization: `Bearer ${process.env.LATCHKEY_API_TOKEN}`,
    'content-type': 'application/json',
    'idempotency-key': username,
  };
  const person = { username, email: `${username}@acme.example`, firstname: 'Counted', lastname: 'Person' };
  const request = new Request(`${origin}/api/v1/users`, { method: 'POST', headers, body: JSON.stringify(person) });
  const answer = await handleApi(request, { origin, clientAddress: null });
  if (answer.status !== 201) throw new Error(await answer.text());
}

// When a token was last used is written once a minute.
await create();
let count = 0;
const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
Object.assign(pg.Client.prototype, {
  query(this: pg.Client, ...args: unknown[]) {
    count += 1;
    return query.apply(this, args);
  },
});
for (let round = 0; round < rounds; round += 1) await create();
await db.$disconnect();
console.log(count / rounds);
