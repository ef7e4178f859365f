import { db } from '../lib/db/client';
import { settleRestoredEvents } from '../lib/events/feed';
import { checkCanary } from '../lib/installation/check-canary';
import { ensureFirstAdministrator } from '../lib/installation/ensure-first-administrator';
import { presetToken } from '../lib/tokens/preset-token';
import { runScriptWork } from './run-script';

await runScriptWork(async () => {
  // A wrong secret key is told before anything starts, whichever processes those are.
  await checkCanary();
  await settleRestoredEvents();

  // Prints what an operator has to see at the first start, and nothing at any later one.
  const first = await ensureFirstAdministrator();
  if (first) {
    console.log(`The first administrator is ${first.email}`);
    console.log(
      first.password === undefined
        ? '  with the password in LATCHKEY_ADMIN_PASSWORD.'
        : `  with the password ${first.password}\n  It is shown this once and stored nowhere, and has to be changed at the first sign-in.`,
    );
  }
  if (await presetToken()) console.log("The token in LATCHKEY_API_TOKEN is an administrator's from now on.");
}).finally(() => db.$disconnect());
