import { hostname, userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { readConfig } from '../lib/core/config';
import { createTokenSchema, tokenRoles } from '../lib/tokens/schema';
import { assertCurrent } from './machine-database';
import { runScriptWork } from './run-script';
import { findRunningDatabase, type Installation, installations } from './running-database';

const usage = `Makes a token of the HTTP API, while Latchkey runs. Only the token goes to standard output:

  TOKEN=$(npm run --silent token -- --role administrator)

  --role administrator|helpdesk   what it may do
  --label <name>                  by which people know it (Script on this machine)
  --expires-days <n>              until when it works (until it is revoked)
  --of product|demo|dev           which one, where several run on this machine`;

const dayMs = 86_400_000;

/** @throws Error that says what is wrong with the arguments */
function readArguments() {
  const { values } = parseArgs({
    options: {
      role: { type: 'string' },
      label: { type: 'string', default: `Script on ${hostname()}`.slice(0, 100) },
      'expires-days': { type: 'string' },
      of: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (!values.role) throw new Error(`--role is missing: ${tokenRoles.join(' or ')}.`);
  if (!(tokenRoles as readonly string[]).includes(values.role)) {
    throw new Error(`There is no role ${values.role} for tokens: --role ${tokenRoles.join(' or ')}.`);
  }
  const days = values['expires-days'];
  if (days !== undefined && !/^[1-9]\d{0,4}$/.test(days)) {
    throw new Error('--expires-days takes a whole number of days, 1 to 99999.');
  }
  if (values.of !== undefined && !(values.of in installations)) {
    throw new Error(`--of takes one of ${Object.keys(installations).join(', ')}.`);
  }
  const parsed = createTokenSchema.safeParse({
    label: values.label,
    role: values.role,
    expiresAt: days === undefined ? null : new Date(Date.now() + Number(days) * dayMs),
  });
  if (!parsed.success) throw new Error(`--label: ${parsed.error.issues[0]?.message}`);
  return { input: parsed.data, of: values.of as Installation | undefined };
}

async function run(): Promise<void> {
  const wanted = readArguments();
  if (!wanted) return console.error(usage);
  const { input, of } = wanted;
  const { url, where } = findRunningDatabase(readConfig(process.env), of);
  process.env.DATABASE_URL = url;
  // Only now: the client takes the address when it is loaded.
  const { db } = await import('../lib/db/client');
  const { createToken } = await import('../lib/tokens/create-token');
  try {
    await assertCurrent(where);
    const actor = { id: null, name: `${userInfo().username} (npm run token)`, clientAddress: null };
    const { token } = await createToken(actor, input);
    console.log(token);
    const until = input.expiresAt ? `expires on ${input.expiresAt.toISOString().slice(0, 10)}` : 'does not expire';
    console.error(`A token of the role ${input.role} for ${where}: "${input.label}", ${until}.`);
    console.error('It is shown this once. It can be revoked under Settings › API Tokens.');
  } finally {
    await db.$disconnect();
  }
}

await runScriptWork(run);
