import { headers } from 'next/headers';
import type { z } from 'zod';
import type { Failure } from '@/lib/core/failure';
import type { Actor } from '@/lib/events/actor';
import { toFailure } from './failure';
import type { CurrentSession } from './find-session';
import type { PermissionName } from './permissions';
import { clientAddressOf } from './request-info';
import { authorize } from './session';

/** What an action answers: what `run` returned beside `ok: true`, or a refusal. */
export type ActionResult<T extends object = object> = ({ ok: true } & T) | Failure;

export interface ActionContext {
  actor: Actor;
  session: CurrentSession;
}

/** A server action with the permission that it asks for, so that tests can iterate all of them. */
export type Action<Input, T extends object> = ((input: Input) => Promise<ActionResult<T>>) & {
  permission: PermissionName | 'public';
};

/**
 * Makes a server action: permission, parse, one domain call. Use it in a file that begins with 'use server':
 * `export const suspendUserAction = defineAction({permission: 'users.write', schema}, async (input, {actor}) => …)`.
 * The action answers `{ok: true, …what run returned}` or `{ok: false, code, message, hint?, field?, fields?, details?}`;
 * it never throws, but for Next's own redirect and notFound. `run` returns a plain object, or nothing.
 */
export function defineAction<Schema extends z.ZodType, T extends object = object>(
  options: { permission: PermissionName; schema: Schema },
  // biome-ignore lint/suspicious/noConfusingVoidType: a command without an answer returns nothing.
  run: (input: z.output<Schema>, context: ActionContext) => Promise<T | void>,
): Action<z.input<Schema>, T> {
  const action = async (input: z.input<Schema>): Promise<ActionResult<T>> => {
    try {
      // Permission first: what is wrong with the input is nobody's business who may not give it.
      const session = await authorize(options.permission);
      const parsed = options.schema.parse(input);
      const result = await run(parsed, { actor: session.actor, session });
      return { ok: true, ...(result ?? {}) } as { ok: true } & T;
    } catch (error) {
      return toFailure(error);
    }
  };
  return Object.assign(action, { permission: options.permission });
}

/** A server action for people who are not signed in. Tests hold a list of these; each needs a reason to exist. */
export function definePublicAction<Schema extends z.ZodType, T extends object = object>(
  options: { schema: Schema },
  run: (input: z.output<Schema>, context: { clientAddress: string | null }) => Promise<T>,
): Action<z.input<Schema>, T> {
  const action = async (input: z.input<Schema>): Promise<ActionResult<T>> => {
    try {
      const clientAddress = clientAddressOf(await headers());
      return { ok: true, ...(await run(options.schema.parse(input), { clientAddress })) };
    } catch (error) {
      return toFailure(error);
    }
  };
  return Object.assign(action, { permission: 'public' as const });
}
