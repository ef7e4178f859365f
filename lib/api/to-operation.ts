import type { z } from 'zod';
import type { Actor } from '@/lib/events/actor';
import type { Command, Resource } from '@/lib/events/command';
import type { Operation, OperationInput, OperationOptions } from './operation';

type Options<Answer> = Omit<OperationOptions<never, unknown, unknown>, 'id' | 'permission' | 'body' | 'params'> & {
  params?: z.ZodObject;
  /** Where it is not the rest of the command's input. */
  body?: z.ZodObject;
  /** What is shown of the resource, where its row is not told as it is. */
  show?: (answer: Answer) => object | Promise<object>;
  /** Where what is sent has another name in the command's input: the API's → the input's. */
  as?: Readonly<Record<string, string>>;
  /** Members of the input that a script has no use for, such as what a person types to confirm. */
  without?: readonly string[];
  /** Members of the input that are the same whatever a script sends. */
  fixed?: Readonly<Record<string, unknown>>;
};

/** What came, each part parsed. */
interface Sent {
  params: object;
  body: object;
  version: number;
}

/** An operation that is a command. */
export interface CommandOperation extends Operation {
  command: Pick<Command<z.ZodObject, Resource>, 'id' | 'permission' | 'event'> &
    ((actor: Actor, input: never) => Promise<Resource>);
}

/**
 * The operation of a command: id and permission are the command's, the body is its input without what the path and If-Match
 * say, and the answer is what `answer` leaves of the resource.
 */
export function toOperation<Schema extends z.ZodObject, Answer extends Resource>(
  command: Command<Schema, Answer>,
  options: Options<Answer>,
): CommandOperation {
  const { as = {}, without = [], fixed = {}, show = (answer: Answer) => answer, ...operation } = options;
  const fromPath = Object.keys(options.params?.shape ?? {}).map((name) => as[name] ?? name);
  const elsewhere = [...fromPath, ...without, ...Object.keys(fixed), ...(options.present ? ['version'] : [])];
  // A schema with checks across members refuses to be cut apart, when this module is loaded.
  const body =
    options.body ??
    (command.input as z.ZodObject).omit(Object.fromEntries(elsewhere.map((name) => [name, true])) as never);
  const inputOf = (sent: Sent) => {
    const parts = Object.entries({ ...sent.body, ...sent.params }).map(([name, value]) => [as[name] ?? name, value]);
    // Each part was parsed by its own schema: together they are the input.
    return { ...Object.fromEntries(parts), ...fixed, ...(options.present ? { version: sent.version } : {}) } as never;
  };
  return {
    ...operation,
    id: command.id,
    permission: command.permission,
    ...(Object.keys(body.shape).length > 0 ? { body } : {}),
    command,
    run: async (sent: Sent & Pick<OperationInput<unknown, unknown, unknown>, 'actor' | 'keep'>) => {
      const { actor, keep } = sent;
      // What is kept has to be known before anything is written: it is shown without asking.
      return show(await command(actor, inputOf(sent), keep && ((answer) => keep(show(answer)))));
    },
  } as unknown as CommandOperation;
}
