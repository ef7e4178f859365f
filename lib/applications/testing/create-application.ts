import type { Actor } from '@/lib/events/actor';
import { createApplication as create } from '../create-application';
import { type CreateApplicationInput, createApplicationSchema } from '../schema';

/** Creates an application of which only is said what matters: the rest is as the schema fills it in. */
export function createApplication(actor: Actor, input: CreateApplicationInput) {
  return create(actor, createApplicationSchema.parse(input));
}
