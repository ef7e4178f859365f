import type { z } from 'zod';
import type { Actor } from '@/lib/events/actor';
import { type Failure, toFailure } from './failure';
import type { PermissionName } from './permissions';
import { authorize, type CurrentSession } from './session';

export type ActionResult<T> = { ok: true; data: T } | Failure;

export interface ActionContext {
  actor: Actor;
  session: CurrentSession;
}

/** A server action with the permission that it asks for, so that tests can iterate all of them. */
export type Action<Input, T> = ((input: Input) => Promise<ActionResult<T>>) & { permission: PermissionName };

/**
 * Makes a server action: permission, parse, one domain call. Use it in a file that begins with 'use server':
 * `export const suspendUserAction = defineAction({permission: 'users.write', schema}, async (input, {actor}) => …)`.
 * The action answers `{ok: true, data}` or `{ok: false, code, message, hint?, field?, fields?}`; it never throws, but
 * for Next's own redirect and notFound.
 */
export function defineAction<Schema extends z.ZodType, T>(
  options: { permission: PermissionName; schema: Schema },
  run: (input: z.output<Schema>, context: ActionContext) => Promise<T>,
): Action<z.input<Schema>, T> {
  const action = async (input: z.input<Schema>): Promise<ActionResult<T>> => {
    try {
      // Permission first: what is wrong with the input is nobody's business who may not give it.
      const session = await authorize(options.permission);
      const parsed = options.schema.parse(input);
      return { ok: true, data: await run(parsed, { actor: session.actor, session }) };
    } catch (error) {
      return toFailure(error);
    }
  };
  return Object.assign(action, { permission: options.permission });
}
