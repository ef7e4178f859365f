import { getTemplate } from '@/lib/applications/catalogue/templates';
import { now } from '@/lib/core/clock';
import { type Layers, resolveSettings, valuesOf } from '@/lib/core/setting';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { targetKey } from '@/lib/mappings/target';
import { parseCapabilities, type ScimCapabilities } from '@/lib/scim/capabilities';
import type { Lesson } from '@/lib/scim/lesson';
import { learnedProfile, type ServerProfile, serverProfile } from '@/lib/scim/profile';

/** What is stored of the server of a connection. */
interface Stored {
  /** Of its server: facts, and what was learned (`lib/scim/capabilities.ts`). */
  capabilities: unknown;
  /** Set by an administrator. */
  profile: unknown;
}

function layersOf({ capabilities, profile }: Stored, templateId: string): Layers {
  return {
    administrator: profile,
    learned: learnedProfile(capabilities),
    template: getTemplate(templateId).scim?.serverProfile ?? {},
  };
}

/** The profile of a server, each of it with where it is from. */
export function toldProfile(stored: Stored, templateId: string) {
  return resolveSettings(serverProfile, layersOf(stored, templateId));
}

/** What the engine goes by: what the server says of itself, and the profile. */
export function capabilitiesOf(stored: Stored, templateId: string): ScimCapabilities & ServerProfile {
  return {
    ...parseCapabilities(stored.capabilities),
    ...valuesOf(serverProfile, layersOf(stored, templateId)),
  };
}

/** Most requests at once to any server. */
const mostAtOnce = 32;

/** What waits for its turn is not overtaken: so much of it as leaves in so many seconds. */
const secondsOfTurns = 2;

/** How many requests a connection begins with, and how many it may have at once; fewer where few leave in a minute. */
export function atOnceOf(stored: Stored, templateId: string): { begin: number; most: number } {
  const { concurrency, rate } = toldProfile(stored, templateId);
  const { value, origin } = concurrency;
  const allowed = rate.value > 0 ? Math.max(1, Math.floor((rate.value * secondsOfTurns) / 60)) : mostAtOnce;
  const most = Math.min(origin === 'administrator' ? value : mostAtOnce, allowed);
  return { begin: Math.min(value, most), most };
}

/** What an administrator says of the server's lists: that they are whole, or not; null: what a reading finds counts. */
export function listsByHandOf(stored: Stored, templateId: string): boolean | null {
  const { lists } = toldProfile(stored, templateId);
  return lists.origin === 'administrator' ? lists.value : null;
}

/** The targets of a profile whose values the server keeps in another form, as targets are compared. */
export function normalisedTargets({ normalised = '' }: Pick<ScimCapabilities, 'normalised'>): ReadonlySet<string> {
  return normalised === '' ? none : new Set(normalised.split('\n').map((line) => targetKey(line.trim())));
}
const none: ReadonlySet<string> = new Set();

/**
 * Keeps what a server has taught, so that it is known after a restart and to every worker. Said once: what is known already changes
 * nothing. How many requests it takes at once goes up and down, and is no event; nor is that a server tells members, as it should.
 * @param lesson the answer that has taught it, shown beside it
 */
export async function learn(applicationId: string, taught: Partial<ServerProfile>, lesson?: Lesson): Promise<void> {
  const value = JSON.stringify(taught);
  const names = Object.keys(taught);
  const from = lesson && { at: now().toISOString(), ...lesson };
  const lessons = JSON.stringify(Object.fromEntries(from ? names.map((name) => [name, from]) : []));
  const [row] = await db.$queryRaw<{ before: Record<string, unknown>; label: string }[]>`
    UPDATE integrations i SET capabilities = i.capabilities || ${value}::jsonb, taught = (i.taught - ${names}::text[]) || ${lessons}::jsonb
    FROM integrations old, applications a
    WHERE i.application_id = ${applicationId}::uuid AND old.application_id = i.application_id AND a.id = i.application_id
      AND NOT i.capabilities @> ${value}::jsonb
    RETURNING old.capabilities AS before, a.display_label AS label`;
  if (!row || 'concurrency' in taught || taught.memberReads === 'lists') return;
  const changes = Object.entries(taught).map(([name, to]) => [name, { from: row.before[name] ?? null, to }]);
  await recordEvents(db, [
    {
      name: 'idm_server_learned',
      actor: systemActor,
      application: { id: applicationId, displayLabel: row.label },
      target: { type: 'application', id: applicationId, name: row.label },
      changes: Object.fromEntries(changes),
      ...(lesson
        ? {
            message: lesson.status === null ? lesson.text : `The application answered ${lesson.status}: ${lesson.text}`,
          }
        : {}),
    },
  ]);
}
