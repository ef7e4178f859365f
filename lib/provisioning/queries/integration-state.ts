import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { settingsOf } from '@/lib/core/setting';
import { db } from '@/lib/db/client';
import { parseCapabilities } from '@/lib/scim/capabilities';
import { authenticationOf } from '../authentication';
import { restOf } from '../pace';
import { quarantineSchedule } from '../quarantine-schedule';
import { secretEndOf } from '../secret-end';
import { toldProfile } from '../server-profile';
import { connectionSettings } from '../settings';
import { taughtOf } from '../taught-habits';
import { certificatesOf } from '../trust';
import { type CycleSummary, listCycles } from './cycles';

const minuteMs = 60_000;

/** The connection of one application as the screens show it; the secret is never part of it. Undefined: not configured. */
export async function findIntegration(applicationId: string) {
  const found = await db.integration.findUnique({
    where: { applicationId },
    omit: { tokenSealed: true },
    include: { application: { select: { templateId: true } } },
  });
  if (!found) return undefined;
  const { application, ...row } = found;
  const {
    capabilities,
    failures,
    authentication: _how,
    secretEndsAt: _end,
    secretWarned: _warned,
    trustWarned: _told,
    settings: _,
    profile: _set,
    restsUntil: _rests,
    ...integration
  } = row;
  const { items } = await listCycles({ applicationId }, 1);
  const [last] = items;
  return {
    ...integration,
    ...settingsOf(connectionSettings, row),
    authentication: authenticationOf(row),
    secretEnd: secretEndOf(row),
    /** Of its own authority; none where the server is known in another way. */
    certificates: certificatesOf(authenticationOf(row).trust),
    capabilities: parseCapabilities(capabilities),
    /** What the server can do and its habits, each with where it is from. */
    profile: toldProfile(row, application.templateId),
    /** Which answer has taught what of it, and when. */
    taught: taughtOf(row),
    /** The server is being rested: unreachable, or it asked to wait. */
    restingUntil: restOf(row),
    failures,
    lastCycle: last as CycleSummary | undefined,
    /** Of one in quarantine: when it is tried again by itself. */
    schedule:
      row.status === 'quarantined' && row.quarantinedAt
        ? quarantineSchedule(row.quarantinedAt, row.notBefore, now())
        : null,
    nextCycleAt: row.status === 'active' ? nextCycle(last, row.intervalMinutes) : null,
  };
}
export type IntegrationState = NonNullable<Awaited<ReturnType<typeof findIntegration>>>;

/** The same. @throws AppError `not_found` where it was never configured */
export async function getIntegration(applicationId: string): Promise<IntegrationState> {
  const found = await findIntegration(applicationId);
  if (!found) throw neverConfigured();
  return found;
}

/** What an update of a connection starts from. @throws AppError `not_found` where it was never configured */
export async function presentIntegration(applicationId: string) {
  const found = await db.integration.findUnique({ where: { applicationId }, omit: { tokenSealed: true } });
  if (!found) throw neverConfigured();
  return { version: found.version, values: settingsOf(connectionSettings, found) };
}

function neverConfigured(): AppError {
  return new AppError('not_found', 'Identity Management was never configured for this application.', {
    hint: 'Activate it first.',
  });
}

function nextCycle(last: CycleSummary | undefined, intervalMinutes: number): Date | null {
  if (last && !last.finishedAt) return null;
  return last ? new Date(last.startedAt.getTime() + intervalMinutes * minuteMs) : now();
}
