/** How a server action refuses: the codes are those of lib/core/errors.ts. */
export interface ActionFailure {
  ok: false;
  code: string;
  message: string;
  hint?: string | undefined;
  /** Dot path of the form field where the mistake was made. */
  field?: string | undefined;
  /** What a screen needs to help, by code and field. */
  details?: unknown;
}

/** What every server action answers with. `T` is what a success carries besides `ok`. */
export type ActionResult<T extends object = object> = ({ ok: true } & T) | ActionFailure;

/** The successful answers of an action. */
export type Success<R> = Extract<R, { ok: true }>;

/** What is shown when the answer itself never came: the network, a restart, a deployment in between. */
export const noAnswer: ActionFailure = {
  ok: false,
  code: 'internal',
  message: 'Latchkey did not answer.',
  hint: 'Nothing may have been saved. Check your connection, then try again.',
};
