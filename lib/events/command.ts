import type { z } from 'zod';
import type { PermissionName } from '@/lib/auth/permissions';
import type { Tx } from '@/lib/db/client';
import type { KeptAnswer } from '@/lib/db/kept-answer';
import type { Actor } from './actor';
import type { EventDraft } from './draft';
import { attempt } from './record';
import type { EventName } from './schema';

/**
 * What a command answers: the resource as it is now, with its version, and whatever else there is to tell. A command over
 * parts that have no version of their own (accounts of an application, rows of an import) answers what they are parts of.
 */
export interface Resource {
  id: string;
  version: number;
  /** Of a command over many parts: how many it changed. */
  changed?: number;
}

/** What a command is, said once. Server action, operation of the API, tests by role and reference follow from it. */
export interface Declaration<Schema extends z.ZodObject> {
  /** Verb and noun, as the function: the operationId. */
  id: string;
  permission: PermissionName;
  /** `version`, where it has one, is the one that the change is meant for. */
  input: Schema;
  /** What is recorded, refused or not. */
  event: EventName;
}

/**
 * A declared command: a function of the domain, with its declaration. Who may call it is checked by what calls it.
 * `keep` is for a command that keeps what is answered to a repeated request itself (`keepsAnswer` of an operation).
 */
export type Command<Schema extends z.ZodObject, Answer extends Resource> = Declaration<Schema> &
  ((actor: Actor, input: z.output<Schema>, keep?: (answer: Answer) => KeptAnswer) => Promise<Answer>);

/** Declares a command that sees to its transaction and its event itself. */
export function declareCommand<Schema extends z.ZodObject, Answer extends Resource>(
  declaration: Declaration<Schema>,
  run: (actor: Actor, input: z.output<Schema>, keep?: (answer: Answer) => KeptAnswer) => Promise<Answer>,
): Command<Schema, Answer> {
  return Object.assign(run, declaration);
}

/**
 * Declares a command. `run` is one transaction with its event, whose draft it may fill in; a refusal (AppError) is recorded
 * outside of it. @param run gets what was parsed by `input`
 */
export function defineCommand<Schema extends z.ZodObject, Answer extends Resource>(
  declaration: Declaration<Schema>,
  run: (tx: Tx, draft: EventDraft, input: z.output<Schema>, actor: Actor) => Promise<Answer>,
): Command<Schema, Answer> {
  return declareCommand(declaration, (actor, input) =>
    attempt({ name: declaration.event, actor }, (tx, draft) => run(tx, draft, input, actor)),
  );
}
