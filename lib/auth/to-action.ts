import { revalidatePath } from 'next/cache';
import type { z } from 'zod';
import type { Command, Resource } from '@/lib/events/command';
import { type Action, defineAction } from './define-action';

interface ActionOptions<Schema extends z.ZodObject, Answer extends Resource, T extends object> {
  /** Where a screen asks for more than a script has to say, such as a name typed by hand. */
  input?: z.ZodType<z.output<Schema>, z.input<Schema>>;
  /** The page that shows something else now, with what lies below it. */
  revalidate?: (answer: Answer) => string;
  /** What the screen needs beside {@link Told}. The resource itself stays here: a row may hold what nobody is shown. */
  more?: (answer: Answer, input: z.output<Schema>) => Promise<T> | T;
}

/** What every action tells of what its command answers. */
type Told<Answer extends Resource> = Pick<Answer, keyof Answer & keyof Resource>;

/** The server action of a command: its permission, its schema, one call. For a file that begins with 'use server'. */
export function toAction<Schema extends z.ZodObject, Answer extends Resource, T extends object = object>(
  command: Command<Schema, Answer>,
  options: ActionOptions<Schema, Answer, T> = {},
): Action<z.input<Schema>, Told<Answer> & T> {
  // Where Schema is not known yet, that it is a schema of its own input and output has to be said.
  const schema = (options.input ?? command.input) as z.ZodType<z.output<Schema>, z.input<Schema>>;
  return defineAction({ permission: command.permission, schema }, async (input, { actor }) => {
    const answer = await command(actor, input);
    if (options.revalidate) revalidatePath(options.revalidate(answer), 'layout');
    const { id, version, changed } = answer;
    const more = await options.more?.(answer, input);
    return { id, version, ...(changed === undefined ? {} : { changed }), ...more } as Told<Answer> & T;
  });
}
