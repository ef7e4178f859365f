import { randomBytes } from 'node:crypto';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { parseCapabilities } from '@/lib/scim/capabilities';
import type { ConnectionStep } from '@/lib/scim/check-connection';
import { sameBaseUrl } from './forget-accounts';
import { type Probe, probeConnection, type Tested } from './probe-connection';
import { learn } from './server-profile';

/**
 * The test of a connection that also writes: a test user (and a test group, where groups are managed) is created, changed, deactivated
 * and deleted again, also when the caller stops early. Recorded, because it changes something over there; what it has taught of the
 * server of an active connection is kept. Throws as {@link probeConnection}.
 */
export async function* probeByWriting(actor: Actor, input: Probe): AsyncGenerator<ConnectionStep, Tested> {
  // Without the caller's signal: a creation that is cut off may be carried out after it was looked for.
  const steps = probeConnection({ ...input, write: { suffix: randomBytes(4).toString('hex') } });
  const done: ConnectionStep[] = [];
  let tested: Tested | undefined;
  try {
    for (let next = await steps.next(); ; next = await steps.next()) {
      if (next.done) {
        tested = next.value;
        break;
      }
      done.push(next.value);
      yield next.value;
    }
    await keepTaught(input, tested);
    return tested;
  } finally {
    if (!tested) await (steps as AsyncGenerator<ConnectionStep, unknown>).return(undefined);
    if (done.some(({ id, state }) => id === 'create_user' && state !== 'skipped')) {
      await recordTest(actor, input.applicationId, done, tested !== undefined);
    }
  }
}

async function keepTaught({ applicationId, baseUrl }: Probe, { capabilities, lessons }: Tested): Promise<void> {
  const saved = await db.integration.findUnique({ where: { applicationId } });
  if (!saved || saved.status === 'inactive' || !sameBaseUrl(saved.baseUrl, baseUrl)) return;
  const before = parseCapabilities(saved.capabilities);
  for (const name of ['patch', 'pathFilters', 'filter'] as const) {
    if (capabilities[name] !== before[name]) await learn(applicationId, { [name]: capabilities[name] }, lessons[name]);
  }
}

async function recordTest(actor: Actor, applicationId: string, done: ConnectionStep[], ended: boolean): Promise<void> {
  const application = await db.application.findUnique({ where: { id: applicationId } });
  if (!application) return;
  const failed = done.find(({ state }) => state === 'failed');
  const left = done.find(({ id, state }) => id === 'clean_up' && state === 'warning');
  const worst = failed ?? left;
  const cutOff = ended ? [] : ['The test was left before its end; what it had created was deleted again.'];
  const message = [...(worst ? [`${worst.label}: ${worst.message}`] : []), ...cutOff].join(' ');
  await recordEvents(db, [
    {
      name: 'idm_connection_test',
      actor,
      application,
      target: { type: 'application', id: application.id, name: application.displayLabel },
      outcome: failed ? 'error' : 'success',
      ...(message === '' ? {} : { message }),
    },
  ]);
}
