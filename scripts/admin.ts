import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { readConfig } from '../lib/core/config';
import { AppError } from '../lib/core/errors';
import type { Actor } from '../lib/events/actor';
import { main } from './launch';
import { assertCurrent, openMachineDatabase } from './machine-database';
import { type Installation, installations } from './running-database';
import { Services } from './services';

const usage = `For whoever is on the machine, whether Latchkey runs or not:

  npm run admin -- unlock <username>               forgets the wrong passwords that hold up a sign-in
  npm run admin -- reset-password <username>       takes the password away, ends every session, prints a one-time link
  npm run admin -- make-administrator <username>   gives the administrator's role

  <username>                the e-mail address or the id will do as well
  --of product|demo|dev     which one, where there are several on this machine

Only the link goes to standard output. Each command is an event.`;

const commands = ['unlock', 'reset-password', 'make-administrator'] as const;
type Command = (typeof commands)[number];

/** @throws Error that says what is wrong with the arguments */
function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { of: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return undefined;
  const [command, name, ...more] = positionals;
  const known = commands.find((candidate) => candidate === command);
  if (!known || !name || more.length > 0) throw new Error(usage);
  if (values.of !== undefined && !(values.of in installations)) {
    throw new Error(`--of takes one of ${Object.keys(installations).join(', ')}.`);
  }
  return { command: known, name, of: values.of as Installation | undefined };
}

/** What is said goes beside the link, which a script may read. */
const services = new Services((line) => console.error(line));

await main(services, async () => {
  const wanted = readArguments();
  if (!wanted) return console.error(usage);
  const database = await openMachineDatabase(readConfig(process.env), wanted.of, services);
  process.env.DATABASE_URL = database.url;
  process.env.ORIGIN = database.origin;
  // Links expire by the demo's clock.
  if (database.isDemo) process.env.LATCHKEY_DEMO = '1';
  // Only now: the client takes the address when it is loaded.
  const { db } = await import('../lib/db/client');
  try {
    await assertCurrent(database.where);
    await run(wanted.command, wanted.name, database);
  } catch (error) {
    throw error instanceof AppError ? new Error([error.message, error.hint].filter(Boolean).join('\n')) : error;
  } finally {
    await db.$disconnect();
  }
  await services.stop();
});

async function run(command: Command, name: string, database: { where: string; origin: string }): Promise<void> {
  const { refreshDemoClock } = await import('../lib/installation/demo-clock');
  const { requireNamed } = await import('../lib/directory/find-named');
  await refreshDemoClock(0);
  const person = await requireNamed(name);
  const actor: Actor = { id: null, name: `${userInfo().username} (npm run admin)`, clientAddress: null };
  const whom = `${person.displayName} (${person.username}), ${database.where}`;
  if (command === 'unlock') {
    const { unlockSignIn } = await import('../lib/directory/unlock-sign-in');
    await unlockSignIn(actor, { id: person.id });
    return console.error(`Wrong passwords are forgotten: ${whom}.`);
  }
  if (command === 'make-administrator') {
    const { makeAdministrator } = await import('../lib/directory/make-administrator');
    await makeAdministrator(actor, { id: person.id });
    const next = person.hasPassword ? 'Sign in anew' : 'No password is set yet: reset-password makes a link';
    return console.error(`An administrator from now on: ${whom}. ${next}.`);
  }
  const { resetPassword } = await import('../lib/directory/reset-password');
  const { url, expiresAt } = await resetPassword(actor, { id: person.id });
  console.error(`The password is taken away, sessions have ended: ${whom}.`);
  console.error(
    `The link to choose another works once, until ${expiresAt.toISOString().slice(0, 10)}, and is shown this once.`,
  );
  console.error(`Where people reach Latchkey at another address than ${database.origin}, put that one in its place.`);
  console.log(url);
}
