import { z } from 'zod';
import { assertNotOvertaken, feedEnd, readFeed } from '@/lib/events/feed';
import { toPublicEvent } from '@/lib/events/public-event';
import { getEvent, listEvents } from '@/lib/events/queries';
import { type EventRange, eventIdSchema, eventNameSchema, eventNames, eventRanges } from '@/lib/events/schema';
import { changes, id, listOf, pageOf, pageQuery, searchQuery, together } from '../fields';
import { defineOperation } from '../operation';

const tag = 'Events';
const permission = 'events.read';

const eventShape = {
  id: z.string().describe('A decimal number, as text: it can be larger than what a JSON number holds exactly.'),
  at: z.iso.datetime(),
  name: z.string().describe('One of the names that `names` filters by; later versions may bring more.'),
  outcome: z.enum(['success', 'error']),
  actor: z
    .object({
      id: z.uuid().nullable().describe('The person.'),
      name: z.string().describe("The username, or the token's label, as it was then; `Latchkey`: the product itself."),
      tokenId: z.uuid().nullable().describe('The token by which it was asked for.'),
    })
    .describe('Who did it.'),
  clientAddress: z.string().nullable(),
  application: z.object({ id: z.uuid(), displayLabel: z.string().nullable() }).nullable(),
  target: z
    .object({ type: z.string(), id: z.string().nullable(), name: z.string().nullable() })
    .nullable()
    .describe('What it was done to.'),
  code: z.string().nullable().describe('Why it was refused or has failed.'),
  message: z.string().nullable(),
  changes: changes.nullable(),
  cycleId: z.uuid().nullable(),
  count: z
    .number()
    .int()
    .describe('How often it happened: a refusal that repeats itself is written once a minute, with how often. Else 1.'),
};

/** The one representation of an event: in a list, in the feed, in a message of a webhook. */
export const event = z.object(eventShape).meta({ id: 'Event' });

const eventDetail = z
  .object({
    ...eventShape,
    operationId: z.uuid().nullable().describe('The provisioning operation that it tells of.'),
    exchange: z
      .object({
        method: z.string(),
        url: z.string(),
        requestBody: z.string().nullable(),
        status: z.number().int().nullable().describe('Null: no answer came.'),
        responseBody: z.string().nullable(),
        together,
        createdAt: z.date(),
      })
      .nullable()
      .describe('What was sent to the application and what it answered, without secrets; kept for a while.'),
    durationMs: z.number().int().nullable(),
  })
  .meta({ id: 'EventDetail' });

/** PostgreSQL keeps no year 0, and the text of later years is another one. */
const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((at) => at.getUTCFullYear() >= 1970 && at.getUTCFullYear() <= 9999, 'Between the years 1970 and 9999.')
  .optional();

const names = listOf(eventNameSchema, Object.keys(eventNames).length)
  .optional()
  .describe(`Names, joined by commas: ${Object.keys(eventNames).join(', ')}.`);

const eventId = eventIdSchema.describe('The id of an event.');

export const eventOperations = [
  defineOperation(
    {
      id: 'listEvents',
      method: 'GET',
      path: '/events',
      tag,
      summary: 'List events, newest first',
      description:
        'For a look at what happened. To read every event exactly once take the feed: here, an event that is written late can appear behind the cursor.',
      permission,
      query: z.object({
        q: searchQuery,
        names,
        outcome: z.enum(['success', 'error']).optional(),
        applicationId: id.optional(),
        targetId: z.string().max(200).optional().describe('The id of what it was done to.'),
        cycleId: id.optional(),
        range: z
          .enum(Object.keys(eventRanges) as [EventRange, ...EventRange[]])
          .optional()
          .describe('Counted back from now; takes precedence over `since`.'),
        since: moment.describe('From this moment on.'),
        until: moment.describe('Up to this moment.'),
        ...pageQuery,
      }),
      answer: pageOf(event),
    },
    async ({ query: { cursor, limit, names: name, applicationId, targetId, cycleId, ...filter } }) => {
      const wanted = { ...filter, name, application: applicationId, target: targetId, cycle: cycleId };
      const page = await listEvents(wanted, cursor, limit);
      return { ...page, items: page.items.map(toPublicEvent) };
    },
  ),
  defineOperation(
    {
      id: 'readEventFeed',
      method: 'GET',
      path: '/events/feed',
      tag,
      summary: 'Read events in an order in which none is missed',
      description:
        'For a SIEM: oldest first, each event once. `nextCursor` is always answered, also when nothing is new: keep it and send it as `cursor` next time. With a filter, a page can be empty although more follows. `from` is ignored where there is a cursor. A cursor behind which events were deleted, having reached their age, is answered 410 (`cursor_expired`), never passed over.',
      permission,
      query: z.object({
        cursor: z
          .union([eventIdSchema, z.literal('0')])
          .optional()
          .describe('`nextCursor` of the answer before. Absent: from the first event that is kept.'),
        from: z.literal('now').optional().describe('Begin with what happens from now on.'),
        names,
        applicationIds: listOf(id, 200).optional().describe('Ids of applications, joined by commas.'),
        limit: z.coerce.number<string>().int().min(1).max(1000).default(100).describe('Events at most; 1 to 1,000.'),
      }),
      answer: z
        .object({ items: z.array(event), nextCursor: z.string().describe('Where to go on; never absent.') })
        .meta({ id: 'EventFeed' }),
    },
    async ({ query: { cursor, from, names: wanted, applicationIds, limit } }) => {
      const begin = cursor === undefined && from === 'now' ? await feedEnd() : BigInt(cursor ?? 0);
      const page = await readFeed(begin, { names: wanted, applicationIds }, limit);
      await assertNotOvertaken(begin);
      return { items: page.items.map(toPublicEvent), nextCursor: String(page.position) };
    },
  ),
  defineOperation(
    {
      id: 'getEvent',
      method: 'GET',
      path: '/events/{id}',
      tag,
      summary: 'Read an event, with the request and the answer behind it',
      permission,
      params: z.object({ id: eventId }),
      answer: eventDetail,
    },
    async ({ params }) => {
      const found = await getEvent(params.id);
      return {
        ...toPublicEvent(found),
        operationId: found.operationId,
        exchange: found.exchange,
        durationMs: found.durationMs,
      };
    },
  ),
];
