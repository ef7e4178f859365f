import type { Failure } from '@/lib/core/failure';

/** What every server action answers with. `T` is what a success carries besides `ok`. */
export type ActionResult<T extends object = object> = ({ ok: true } & T) | Failure;

/** The successful answers of an action. */
export type Success<R> = Extract<R, { ok: true }>;

/** What is shown when the answer itself never came: the network, a restart, a deployment in between. */
export const noAnswer: Failure = {
  ok: false,
  code: 'internal',
  message: 'Latchkey did not answer.',
  hint: 'Nothing may have been saved. Check your connection, then try again.',
};
