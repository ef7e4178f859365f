import type { Changes } from '@/lib/events/schema';
import type { Connection } from '../../connection';
import { blameOf } from '../../internal/blame';
import { judge } from '../../internal/verdict';
import { accountsOf, accountsPut } from '../../plan/group-members';
import { planFound } from '../../plan/plan-group-links';
import { type TargetValues, targetsOf } from '../../plan/values';
import type { Outcome, ToLookUp } from '../adapter';
import { closeInterrupted, settlesIn } from '../close-interrupted';
import { findGroup } from './find-group';
import { groupEvent } from './group-events';
import { groupKind } from './group-kind';
import { failedGroup, unchanged } from './group-outcomes';
import type { GroupWork, ResolvedGroup, SettledGroup } from './group-work';

/** Asks for one group, and closes what an interruption left open. */
export async function lookUpGroup(
  connection: Connection,
  work: ToLookUp<GroupWork>,
): Promise<{ planned: ResolvedGroup } | Outcome<SettledGroup>> {
  const { link, open, membership } = work;
  const { desired } = membership;
  const wanted = desired.kind === 'present' ? desired.members : new Set<string>();
  const put = await accountsPut(link.id);
  const known = new Map([...membership.accounts, ...put]);
  // Whoever was to be put there by an attempt that nobody answered may be there, and is ours then.
  const maybePut = new Set(open.flatMap(({ memberIds }) => memberIds ?? []));
  const now = desired.kind === 'present' ? desired.create : ((link.lastSent as TargetValues | null) ?? {});
  // It may have been created under the name of then, whatever it is called by now.
  const attempted = open.find((operation) => operation.action === 'create');
  const values = attempted ? [targetsOf(attempted.changes as Changes), now] : [now];
  const isOurs = (id: string) => wanted.has(id) || put.has(id) || maybePut.has(id);
  const blame = blameOf(connection.application.id);
  const search = await findGroup(connection, link, {
    values,
    isOurs,
    put: new Set(put.keys()),
    attempted: attempted !== undefined,
    refused: (link.lastError as { code?: string } | null)?.code === 'Conflict',
  });
  if (!search.ok) {
    const verdict = blame.consider(judge(search.failure, 'update'), link.id);
    return { settled: failedGroup(connection, work, { failure: search.failure, verdict }), verdict };
  }
  blame.answered();
  const inMs = attempted && search.found.linked.kind === 'none' ? settlesIn(attempted) : 0;
  if (inMs > 0) return { settled: { ...unchanged(link), nextInMs: inMs } };
  const there = search.found.linked.kind === 'group' ? [...search.found.linked.members] : [];
  // Also those who are not in the group any more.
  const left = await accountsOf(
    link.applicationId,
    there.filter((id) => !known.has(id)),
  );
  const accounts = new Map([...known, ...left]);
  const isThere = new Set(there);
  const members = {
    added: there.flatMap((id) => accounts.get(id) ?? []),
    removed: [...put.values()].filter(({ remoteId }) => !isThere.has(remoteId)),
  };
  const planned = planFound(
    connection,
    { ...work, membership: { ...membership, accounts } },
    { ...search.found, members },
  );
  if (open.length > 0) await close(connection, planned);
  return { planned };
}

/** An intent whose answer nobody saw was carried out when the group is there with what was to be sent. */
async function close(connection: Connection, { link, open, membership, found }: ResolvedGroup): Promise<void> {
  const there = found.linked.kind === 'group';
  const done = open.filter(({ action }) => (action === 'delete' ? !there : action === 'create' && there));
  await closeInterrupted(groupKind, {
    settled: {
      ...unchanged(link),
      lastError: link.lastError as { code: string; message: string } | null,
      attempts: link.attempts,
      remoteId: there ? found.remoteId : link.remoteId,
      ...(there ? { members: found.members } : {}),
    },
    open,
    done: new Set(done.map(({ id }) => id)),
    eventOf: (operation) => groupEvent(connection, membership, operation),
  });
}
