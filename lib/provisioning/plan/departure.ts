import { z } from 'zod';
import type { DesiredUser, UserPlan } from './plan-user';

/** Why an account is taken away, as it is kept with the attempt. */
const departureSchema = z.object({
  because: z.enum(['out_of_scope', 'filtered_out', 'suspended', 'deleted', 'purged', 'mapped']),
  /** Of `filtered_out`: the clauses of the scoping filter that did not hold, in words. */
  filteredOutBy: z.string().nullable(),
});
export type Departure = z.infer<typeof departureSchema>;

/** Of what is planned for one person; null: nothing is taken away. */
export function departureOf(desired: DesiredUser, { action }: UserPlan): Departure | null {
  if (action !== 'deactivate' && action !== 'delete') return null;
  if (desired.kind === 'gone') return { because: 'purged', filteredOutBy: null };
  if (desired.kind === 'present') return { because: 'mapped', filteredOutBy: null };
  return { because: desired.reason, filteredOutBy: desired.filteredOutBy ?? null };
}

/** As it was kept; null: nothing is known of it. */
export function readDeparture(stored: unknown): Departure | null {
  return departureSchema.safeParse(stored).data ?? null;
}
