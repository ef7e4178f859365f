import { z } from 'zod';
import { copyOfApplicationSchema } from '@/lib/applications/schema';

export const startMoveSchema = copyOfApplicationSchema;
export const moveRefSchema = z.object({ moveId: z.uuid() });
export const finishMoveSchema = moveRefSchema.extend({
  old: z
    .enum(['deactivate', 'delete'])
    .describe('What becomes of the old instance. Either way accounts over there stay as they are.'),
});
/** How the old instance ends. */
export type Retirement = z.infer<typeof finishMoveSchema>['old'];
export const backOutSchema = moveRefSchema.extend({
  deleteNew: z
    .boolean()
    .default(false)
    .describe('Whether the new instance is deleted; otherwise it stays, deactivated.'),
});

/** What is done in a migration and can be taken back, in its order; the last one first. */
export const moveSteps = ['connect', 'compare', 'hand_over', 'sign_on'] as const;
export type MoveStep = (typeof moveSteps)[number];
export const stepBackSchema = moveRefSchema.extend({
  step: z
    .enum(moveSteps)
    .describe(
      'The step that was made last. `sign_on`: people sign in through the old instance again. `hand_over`: the old instance provisions again, with its own links, and the new one is paused. `compare`: what was compared is forgotten. `connect`: the new instance is disconnected.',
    ),
});

/** How the people who have an account by the old instance stand in the new one. */
export const comparedAs = ['there', 'undecided', 'missing'] as const;
export type ComparedAs = (typeof comparedAs)[number];

/** Filters of the list of them, as they live in the URL, where nonsense counts as absent. */
export const comparedFilterSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  as: z.enum(comparedAs).optional().catch(undefined),
  cursor: z.string().max(2000).optional().catch(undefined),
});
export type ComparedFilter = z.infer<typeof comparedFilterSchema>;

/** How many people stand in which way, with the first of them by name. */
export type Comparison = Record<ComparedAs, { count: number; names: string[] }>;
