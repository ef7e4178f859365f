import { z } from 'zod';
import { now } from '@/lib/core/clock';
import type { ScimCapabilities } from '@/lib/scim/capabilities';
import { isRecord } from '@/lib/scim/json';
import type { Lesson } from '@/lib/scim/lesson';
import { type ProfileName, profileNames, serverProfile } from '@/lib/scim/profile';

/** The answer that has taught a habit, and when. */
const taughtHabitSchema = z.object({
  at: z.iso.datetime(),
  status: z.number().int().nullable().describe('Of the answer that has taught it.'),
  text: z.string().describe('What it said, in short; without secrets.'),
});
export const taughtHabitsSchema = z.partialRecord(
  z.enum(profileNames as [ProfileName, ...ProfileName[]]),
  taughtHabitSchema,
);
type TaughtHabits = z.infer<typeof taughtHabitsSchema>;

/** What was learned by an answer, with that answer. */
export function taughtOf({ taught }: { taught: unknown }): TaughtHabits {
  const parsed = taughtHabitsSchema.safeParse(taught);
  return parsed.success ? parsed.data : {};
}

/**
 * What is kept of a server once it was tested: what it says of itself and was found to do now, with what its answers have taught
 * before that.
 */
export function afterTest(
  saved: { capabilities: unknown; taught: unknown } | null,
  tested: { capabilities: Partial<ScimCapabilities>; lessons: { [Name in ProfileName]?: Lesson } },
): { capabilities: object; taught: object } {
  // A test proves a search, or finds out that it is none: what was learned of it before is over.
  const { filter: _, ...lessons } = taughtOf(saved ?? { taught: {} });
  const before: object = isRecord(saved?.capabilities) ? saved.capabilities : {};
  const pick = (keep: (name: ProfileName) => boolean) =>
    Object.fromEntries(Object.entries(before).filter(([name]) => isProfileName(name) && keep(name)));
  const capabilities = {
    ...pick((name) => !testedAnew.includes(name)),
    ...tested.capabilities,
    ...pick((name) => name in lessons),
  };
  const at = now().toISOString();
  const found = Object.entries(tested.lessons).map(([name, lesson]) => [name, { at, ...lesson }] as const);
  return {
    capabilities: JSON.parse(JSON.stringify(capabilities)),
    taught: { ...Object.fromEntries(found), ...lessons },
  };
}

const isProfileName = (name: string): name is ProfileName => Object.hasOwn(serverProfile, name);
/** What a test finds out by itself, also that it is not so any more. */
const testedAnew: readonly ProfileName[] = ['patch', 'patchGroups', 'filter', 'pageSize'];
