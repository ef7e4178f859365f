import { db } from '../lib/db/client';
import { checkCanary } from '../lib/directory/check-canary';
import { ensureFirstAdministrator } from '../lib/directory/ensure-first-administrator';
import { settleRestoredEvents } from '../lib/events/feed';

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
      : `  with the password ${first.password}\n  It is shown this once and stored nowhere: sign in and change it.`,
  );
}
await db.$disconnect();
