// Loaded before lib/db/client.ts by every test file that imports it (vitest.config.ts): gives the file a database of
// its own, migrated and empty.
const response = await fetch(`${process.env.LATCHKEY_TEST_SERVER}/database`);
const answer = await response.text();
if (!response.ok) throw new Error(`No test database: ${answer}`);
process.env.DATABASE_URL = answer;

export {};
