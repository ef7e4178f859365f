import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maxAttempts, retryPauses } from './retry-schedule';
import { generateSecret, signatureHeaders } from './sign';

const secret = generateSecret();
const body = '{"type":"events","events":[{"message":"Zoë"}]}';
const headers = signatureHeaders(secret, 'msg_1', new Date(), body);
const old = signatureHeaders(secret, 'msg_1', new Date(Date.now() - 600_000), body);

let folder = '';
let text = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-docs-'));
  text = await readFile('docs/webhooks.md', 'utf8');
});
afterAll(() => rm(folder, { recursive: true }));

const sample = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(text)?.[1] ?? '';

test('the sample for Node accepts what Latchkey signs, and nothing else', async () => {
  const path = join(folder, 'verify.mjs');
  await writeFile(path, sample('js'));
  const { verify } = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
    verify: (secret: string, headers: Record<string, string>, body: Buffer) => unknown;
  };
  const bytes = Buffer.from(body);
  expect(verify(secret, headers, bytes)).toEqual(JSON.parse(body));
  const several = { ...headers, 'webhook-signature': `v1,bm90IHRoaXM= ${headers['webhook-signature']}` };
  expect(verify(secret, several, bytes)).toEqual(JSON.parse(body));
  expect(() => verify(secret, headers, Buffer.from(`${body} `))).toThrow('not signed');
  expect(() => verify(generateSecret(), headers, bytes)).toThrow('not signed');
  expect(() => verify(secret, old, bytes)).toThrow('too old');
  expect(() => verify(secret, {}, bytes)).toThrow();
});

const hasPython = await promisify(execFile)('python3', ['-c', 'assert __import__("sys").version_info >= (3, 9)']).then(
  () => true,
  () => false,
);

test.skipIf(!hasPython)('so does the sample for Python', async () => {
  const check = `
import json, sys
secret, headers, old, body = json.loads(sys.argv[1])
def outcome(*args):
    try: return verify(*args)
    except ValueError as error: return str(error)
body = body.encode()
print(json.dumps([outcome(secret, headers, body), outcome(secret, headers, body + b" "), outcome(secret, old, body)]))
`;
  const path = join(folder, 'verify.py');
  await writeFile(path, `${sample('python')}${check}`);
  const { stdout } = await promisify(execFile)('python3', [path, JSON.stringify([secret, headers, old, body])]);
  expect(JSON.parse(stdout)).toEqual([JSON.parse(body), 'not signed with this secret', 'too old']);
});

test('the schedule in the document is the one that is kept', () => {
  const units: Record<string, number> = { second: 1_000, minute: 60_000, hour: 3_600_000 };
  const rows = [...text.matchAll(/^\| (\d+) \| (\d+) (second|minute|hour)s? \|$/gm)];
  expect(rows.map(([, , count, unit = '']) => Number(count) * (units[unit] ?? 0))).toEqual(retryPauses);
  expect(rows.at(-1)?.[1]).toBe(String(maxAttempts));
});
