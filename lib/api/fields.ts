import { z } from 'zod';
import { decodeCursor } from '@/lib/core/pagination';
import { countLimit, foundLimit } from '@/lib/db/bounded-count';

/** Query parameters of a list that is read by key. */
export const pageQuery = {
  cursor: z
    .string()
    .max(4000)
    .refine((cursor) => decodeCursor(cursor) !== undefined, 'This is no cursor of this list.')
    .optional()
    .describe('`nextCursor` of the page before.'),
  limit: z.coerce.number<string>().int().min(1).max(200).default(50).describe('Items at most; 1 to 200.'),
};

/** Words of a search. */
export const searchQuery = z
  .string()
  .trim()
  .max(200)
  .optional()
  .describe(
    'Words that are all wanted; one of one or two characters where a word begins, a longer one anywhere. What begins with them comes first where the list is sorted by a name, a username or an e-mail address.',
  );

/** A yes or no in the address. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** An id in lower case, as the database has it: ids are compared. */
export const id = z.uuid().toLowerCase();

/** Several values of one parameter: joined by commas, or the parameter repeated. */
export function listOf<Item extends z.ZodType<unknown, string>>(item: Item, max: number) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : value.split(',')))
    .pipe(z.array(item).max(max));
}

export const idParams = z.object({ id });
/** Looked up beforehand (handle.ts): what an operation gets is always the id. */
export const applicationParams = z.object({ application: z.string().describe("The application's id or its slug.") });

/** Of a search that many rows match a little. */
export const partial = z
  .boolean()
  .describe(
    'True: the search has looked at 1,200 rows (400 of members of a group and of people of an application) and stopped, before the page was full and before the list was at its end. `nextCursor`, where there is one, looks on from there; more words find it at once.',
  );

const inWords = (count: number) => count.toLocaleString('en');

/** A page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().optional().describe('Absent on the last page.'),
    total: z
      .number()
      .int()
      .optional()
      .describe(
        `How many match, where that is counted: up to ${inWords(countLimit)} in long lists; of a search up to ${inWords(foundLimit)}, or to \`limit\` where that is more.`,
      ),
    totalIsExact: z.boolean().optional().describe('False: more than `total` match, or may.'),
    partial: partial.optional(),
  });
}

/** Why one account, group or row has failed. */
export const outcomeError = z
  .object({ code: z.string(), message: z.string(), hint: z.string().optional() })
  .meta({ id: 'OutcomeError' })
  .nullable();

export const changes = z
  .record(
    z.string(),
    z.object({
      from: z.unknown(),
      to: z.unknown(),
      drift: z
        .literal(true)
        .optional()
        .describe('Somebody changed it in the application, and nobody in the directory: it is corrected.'),
    }),
  )
  .describe('Attribute → what it was and what it is.')
  .meta({ id: 'Changes' });

/** What a change would take away, per application. */
export const deprovisionPreview = z
  .object({
    applications: z.array(
      z.object({
        applicationId: z.uuid(),
        displayLabel: z.string(),
        isExact: z
          .boolean()
          .describe(
            'False: more are affected than are counted (1,000 who lose access; of a mapping, as many as 5 s are enough for): numbers and names are those of the first.',
          ),
        people: z
          .number()
          .int()
          .describe(
            'Who lose access; not who loses the account alone: left out by the scoping filter, or mapped to be inactive.',
          ),
        accounts: z
          .number()
          .int()
          .describe(
            'Accounts that are deactivated or deleted; 0 while nothing is provisioned, or where they are left as they are.',
          ),
        names: z.array(z.string()).describe('The first of those who lose their account.'),
        becomes: z.enum(['deactivated', 'deleted', 'kept']).describe('By the settings of the application.'),
        heldBy: z
          .enum(['setting', 'guard', 'perhaps'])
          .nullable()
          .describe(
            'Nothing of it is sent before somebody allows it: all is held, or it is more than the guard lets through. `perhaps`: not all were counted, and the guard lets through a share of all accounts.',
          ),
      }),
    ),
    accounts: z.number().int().describe('In all applications together.'),
  })
  .meta({ id: 'DeprovisionPreview' });

/** Of an exchange. */
export const together = z
  .number()
  .int()
  .nullable()
  .describe(
    'It was part of a request of so many operations (`/Bulk`); the bodies hold what is about this one. Null: a request of its own.',
  );
