import { createApplication } from '@/lib/applications/testing/create-application';
import { seal } from '@/lib/crypto/seal';
import { db, type Tx } from '@/lib/db/client';
import type { LinkState, UserLink } from '@/lib/db/generated/client';
import { untilWaiting } from '@/lib/db/testing/until-waiting';
import { systemActor } from '@/lib/events/actor';
import { tokenContext } from '../authentication';

/** An application that counts as connected; nobody answers at its address. */
export async function integratedApplication(displayLabel = 'Egnyte'): Promise<string> {
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const { id } = await createApplication(systemActor, { templateId: 'egnyte', displayLabel, ...general });
  const tokenSealed = seal('token', tokenContext(id));
  const connection = { baseUrl: 'https://scim.example.com', tokenSealed, tokenUpdatedAt: new Date() };
  await db.integration.create({
    data: { applicationId: id, status: 'active', ...connection, manageGroups: true, capabilities: {} },
  });
  return id;
}

/** A person with an account in an application. */
export async function linkedPerson(applicationId: string, name: string, state: LinkState): Promise<UserLink> {
  const username = name.toLowerCase();
  const user = await db.user.create({
    data: { username, email: `${username}@acme.example`, firstname: name, lastname: 'Test', displayName: name },
  });
  return db.userLink.create({ data: { applicationId, userId: user.id, state, remoteId: `remote-${username}` } });
}

/**
 * Does `hold` in a transaction that stays open until `run`, begun meanwhile, waits for a lock: what happens when the two
 * come at the same moment, in the order that is harder. @param waiting how many have to wait until the transaction ends
 */
export async function whileHeld<T>(hold: (tx: Tx) => Promise<unknown>, run: () => Promise<T>, waiting = 1): Promise<T> {
  let running: Promise<T> | undefined;
  await db.$transaction(async (tx) => {
    await hold(tx);
    running = run();
    running.catch(() => undefined);
    await untilWaiting(waiting);
  });
  if (!running) throw new Error('It was not begun.');
  return running;
}
