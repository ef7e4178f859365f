import { revalidatePath } from 'next/cache';
import type { z } from 'zod';
import type { Command, Resource } from '@/lib/events/command';
import { type Action, defineAction } from './define-action';

interface ActionOptions<Schema extends z.ZodObject, Answer extends Resource, T extends object> {
  /** Where a screen asks for more than a script has to say, such as a name typed by hand. */
  input?: z.ZodType<z.output<Schema>, z.input<Schema>>;
  /** The page that shows something else now, with what lies below it. */
  revalidate?: (answer: Answer) => string;
  /** What the screen needs beside id and version. The resource itself stays here: a row may hold what nobody is shown. */
  more?: (answer: Answer, input: z.output<Schema>) => Promise<T> | T;
}

/** The server action of a command: its permission, its schema, one call. For a file that begins with 'use server'. */
export function toAction<Schema extends z.ZodObject, Answer extends Resource, T extends object = object>(
  command: Command<Schema, Answer>,
  options: ActionOptions<Schema, Answer, T> = {},
): Action<z.input<Schema>, Resource & T> {
  // Where Schema is not known yet, that it is a schema of its own input and output has to be said.
  const schema = (options.input ?? command.input) as z.ZodType<z.output<Schema>, z.input<Schema>>;
  return defineAction({ permission: command.permission, schema }, async (input, { actor }) => {
    const answer = await command(actor, input);
    if (options.revalidate) revalidatePath(options.revalidate(answer), 'layout');
    const more = await options.more?.(answer, input);
    return { id: answer.id, version: answer.version, ...more } as Resource & T;
  });
}
