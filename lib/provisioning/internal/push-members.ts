import type { ScimClient } from '@/lib/scim/client';
import type { ScimExchange } from '@/lib/scim/exchange';
import type { ScimFailure } from '@/lib/scim/failure';
import { memberOperations } from '@/lib/scim/patch';

/** Members in one request, until an application says that it takes fewer. */
const mostPerRequest = 500;

const learned = new Map<string, number>();

/** What became of a push of members. Partial failure is data. */
export interface PushResult {
  added: string[];
  removed: string[];
  refused: { remoteId: string; detail: string }[];
  exchange?: ScimExchange;
  /** Set when the connection or the group itself is at fault: the rest was not tried. */
  failure?: ScimFailure;
}

type Change = { kind: 'add' | 'remove'; remoteId: string };

/**
 * Adds and removes members in as few requests as the application takes. A request that is refused is halved until the
 * one bad member is named; the others arrive.
 * @param key names the application, to remember how many members it takes at once
 */
export async function pushMembers(client: ScimClient, key: string, groupId: string, add: readonly string[], remove: readonly string[]): Promise<PushResult> {
  const result: PushResult = { added: [], removed: [], refused: [] };
  const changes: Change[] = [
    ...add.map((remoteId): Change => ({ kind: 'add', remoteId })),
    ...remove.map((remoteId): Change => ({ kind: 'remove', remoteId })),
  ];
  const waiting = chunks(changes, learned.get(key) ?? mostPerRequest);
  while (waiting.length > 0 && !result.failure) {
    const chunk = waiting.shift() ?? [];
    const answer = await client.patchGroup(groupId, memberOperations(split(chunk)));
    result.exchange = answer.exchange;
    if (answer.ok) {
      const { add: added, remove: removed } = split(chunk);
      result.added.push(...added);
      result.removed.push(...removed);
    } else if (isAboutMembers(answer.failure) && chunk.length > 1) {
      const half = Math.ceil(chunk.length / 2);
      if (answer.failure.kind === 'too_many') learned.set(key, half);
      waiting.unshift(chunk.slice(0, half), chunk.slice(half));
    } else if (isAboutMembers(answer.failure) && chunk[0]) {
      result.refused.push({ remoteId: chunk[0].remoteId, detail: answer.failure.detail });
    } else {
      result.failure = answer.failure;
    }
  }
  return result;
}

function isAboutMembers(failure: ScimFailure): boolean {
  return failure.kind === 'invalid' || failure.kind === 'too_many' || failure.kind === 'conflict';
}

function split(chunk: readonly Change[]): { add: string[]; remove: string[] } {
  const of = (kind: Change['kind']) => chunk.filter((change) => change.kind === kind).map((change) => change.remoteId);
  return { add: of('add'), remove: of('remove') };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const out: T[][] = [];
  for (let start = 0; start < items.length; start += size) out.push(items.slice(start, start + size));
  return out;
}
