import type { ScimClient } from '@/lib/scim/client';
import type { ScimExchange } from '@/lib/scim/exchange';
import type { ScimFailure } from '@/lib/scim/failure';
import { type Lesson, lessonOf } from '@/lib/scim/lesson';
import { type MemberChanges, splitMemberChanges } from '@/lib/scim/patch';
import type { RequestOptions } from '@/lib/scim/transport';
import { mostMembersPerRequest } from '../../plan/group-request';
import { changeMembers, type KnownMembers } from './change-group';

/** What became of a push of members. Partial failure is data. */
export interface PushResult {
  added: string[];
  removed: string[];
  refused: { remoteId: string; detail: string }[];
  /** Another id that the group has got by it. */
  remoteId?: string;
  exchange?: ScimExchange;
  /** Set when the connection or the group itself is at fault: the rest was not tried. */
  failure?: ScimFailure;
}

/** A request that was refused without saying why: it is sent in parts, and what becomes of them tells. */
interface Doubt {
  /** Of its members, those of whom nothing is known yet. */
  left: number;
  /** The largest of the parts that were taken. */
  most: number;
  lesson: Lesson;
}

/**
 * Adds and removes members in as few requests as the application takes. A request that is refused is halved until the
 * one bad member is named; the others arrive. How many it takes is learned: where it says that they were too many, and where all of them
 * arrive in parts.
 * @param known absent: the server shows everybody who is in the group
 */
export async function pushMembers(
  client: ScimClient,
  groupId: string,
  changes: MemberChanges,
  options: RequestOptions,
  known?: KnownMembers,
): Promise<PushResult> {
  const result: PushResult = { added: [], removed: [], refused: [] };
  const waiting = [changes];
  let doubt: Doubt | undefined;
  for (let part = waiting.shift(); part && !result.failure; part = waiting.shift()) {
    const size = part.add.length + part.remove.length;
    const most = client.capabilities.maxMembers ?? mostMembersPerRequest;
    if (size > most) waiting.unshift(...splitMemberChanges(part, most));
    if (size > most || size === 0) continue;
    const answer = await changeMembers(client, result.remoteId ?? groupId, part, options, known);
    result.exchange = answer.exchange;
    const [only] = [...part.add, ...part.remove];
    if (answer.ok) {
      result.added.push(...part.add);
      result.removed.push(...part.remove);
      if (typeof answer.value?.id === 'string') result.remoteId = answer.value.id;
      doubt = doubt && { ...doubt, left: doubt.left - size, most: Math.max(doubt.most, size) };
      if (doubt?.left === 0) {
        await client.learn({ maxMembers: doubt.most }, doubt.lesson);
        doubt = undefined;
      }
    } else if (isAboutMembers(answer.failure) && size > 1) {
      const half = Math.ceil(size / 2);
      if (answer.failure.kind === 'too_many') await client.learn({ maxMembers: half }, lessonOf(answer.failure));
      else doubt ??= { left: size, most: 0, lesson: lessonOf(answer.failure) };
      waiting.unshift(...splitMemberChanges(part, half));
    } else if (isAboutMembers(answer.failure) && only) {
      // It was this one: how many they were has nothing to do with it.
      doubt = undefined;
      result.refused.push({ remoteId: only, detail: answer.failure.detail });
    } else {
      result.failure = answer.failure;
    }
  }
  return result;
}

function isAboutMembers(failure: ScimFailure): boolean {
  // 501: the application does not do this at all, however few members it is asked for.
  if (failure.status === 501) return false;
  return failure.kind === 'invalid' || failure.kind === 'too_many' || failure.kind === 'conflict';
}
