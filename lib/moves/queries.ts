import { AppError } from '@/lib/core/errors';
import {
  cycleStagesThat,
  type ImportStateName,
  type IntegrationStatusName,
  importStatesThat,
  isOneOf,
  type MoveStageName,
} from '@/lib/core/states';
import { db } from '@/lib/db/client';
import { leadToOneServer, readComparison } from './internal/compared';
import type { Comparison, Retirement } from './schema';

/** One of the two instances of a migration, as it stands now. */
export interface MovedInstance {
  id: string;
  displayLabel: string;
  ssoStatus: 'not_configured' | 'active' | 'inactive';
  idmStatus: IntegrationStatusName | 'not_configured';
  slug: string;
  templateId: string;
  /** Something lets people in: a user group, or an assignment. */
  letsIn: boolean;
}

/** A migration with everything that its page shows. */
export interface Move {
  id: string;
  version: number;
  stage: MoveStageName;
  /** Null: deleted since. */
  old: MovedInstance | null;
  new: MovedInstance | null;
  oldLabel: string;
  newLabel: string;
  movesAccounts: boolean;
  movesSignOn: boolean;
  startedByName: string;
  startedAt: Date;
  handedOverAt: Date | null;
  signedOverAt: Date | null;
  finishedAt: Date | null;
  /** How many accounts were handed over. */
  links: number;
  retired: Retirement | null;
  /** The reading by which accounts are compared; null: there is none. */
  reading: { importId: string; state: ImportStateName; fetched: number; error: string | null } | null;
  /** How people stand; null before accounts are read, and once they were handed over. */
  comparison: Comparison | null;
  /** Whether both lead to one server, where accounts are known by their ids. */
  isSameServer: boolean;
  /** Whether the first full cycle of the new instance is still under way. */
  isCatchingUp: boolean;
}

/** What its two instances are called. @throws AppError `not_found` */
export async function getMoveLabels(id: string): Promise<Pick<Move, 'oldLabel' | 'newLabel'>> {
  const found = await db.applicationMove.findUnique({ where: { id }, select: { oldLabel: true, newLabel: true } });
  if (!found) throw new AppError('not_found', 'This migration does not exist.');
  return found;
}

/** @throws AppError `not_found` */
export async function getMove(id: string): Promise<Move> {
  const instance = {
    select: {
      id: true,
      displayLabel: true,
      ssoStatus: true,
      slug: true,
      templateId: true,
      integration: { select: { status: true } },
      groups: { take: 1, select: { groupId: true } },
      users: { take: 1, where: { assigned: true }, select: { userId: true } },
    },
  } as const;
  const found = await db.applicationMove.findUnique({ where: { id }, include: { old: instance, new: instance } });
  if (!found) throw new AppError('not_found', 'This migration does not exist.');
  const { oldId, newId, importId, old, new: to, oldWasActive: _was, retired, ...move } = found;
  const both = oldId && newId ? { oldId, newId } : undefined;
  const [reading, isSameServer, isCatchingUp] = await Promise.all([
    importId ? db.import.findUnique({ where: { id: importId } }) : null,
    both ? leadToOneServer(db, both.oldId, both.newId) : false,
    newId && move.handedOverAt ? hasOpenCycle(newId) : false,
  ]);
  const isRead = isOneOf(importStatesThat.areMatched, reading?.state);
  const compares = move.stage === 'prepared' && both && importId && isRead;
  return {
    ...move,
    old: shown(old),
    new: shown(to),
    retired: retired as Move['retired'],
    reading: reading && {
      importId: reading.id,
      state: reading.state,
      fetched: reading.fetched,
      error: (reading.error as { message?: string } | null)?.message ?? null,
    },
    comparison: compares ? await readComparison({ ...both, importId, isSameServer }) : null,
    isSameServer,
    isCatchingUp,
  };
}

async function hasOpenCycle(applicationId: string): Promise<boolean> {
  return (await db.cycle.count({ where: { applicationId, stage: { in: [...cycleStagesThat.areOpen] } } })) > 0;
}

function shown(
  row:
    | (Omit<MovedInstance, 'idmStatus' | 'letsIn'> & {
        integration: { status: IntegrationStatusName } | null;
        groups: object[];
        users: object[];
      })
    | null,
): MovedInstance | null {
  if (!row) return null;
  const { integration, groups, users, ...rest } = row;
  const letsIn = groups.length > 0 || users.length > 0;
  return { ...rest, idmStatus: integration?.status ?? 'not_configured', letsIn };
}
