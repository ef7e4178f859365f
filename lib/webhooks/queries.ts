import { AppError } from '@/lib/core/errors';
import type { Page } from '@/lib/core/pagination';
import { deliveryStatesThat } from '@/lib/core/states';
import { boundedCount } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import { inStates } from '@/lib/db/states';
import { type EventRow, readEventsById } from '@/lib/events/queries';
import type { DeliveryFilter, DeliveryStateName } from './schema';

/** `failing`: the last attempt at what waits or was sent last was not accepted. */
export type WebhookState = 'ok' | 'failing' | 'disabled';

/** A webhook with how it fares; never with its secret. */
export interface WebhookDetail {
  id: string;
  label: string;
  url: string;
  /** Empty: every event. */
  eventNames: string[];
  /** Empty: every application, and events that are about none. */
  applicationIds: string[];
  enabled: boolean;
  version: number;
  createdByName: string;
  createdAt: Date;
  updatedAt: Date;
  secretUpdatedAt: Date;
  state: WebhookState;
  /** Deliveries that are still to be accepted. */
  waiting: number;
  /** Deliveries that were given up. */
  failed: number;
  lastDeliveredAt: Date | null;
  /** Events that reached the age at which they are deleted before they could be sent; when the last of them did. */
  missedEvents: number;
  missedAt: Date | null;
  /** The receiver did not answer in time, and is left alone until then; null: it is not. */
  restsUntil: Date | null;
  /** Of the newest delivery that was not accepted, where there is one that is not settled. */
  lastError: { message: string; status: number | null } | null;
}

/** Every webhook, by label. There are few. */
export async function listWebhooks(): Promise<WebhookDetail[]> {
  return selectWebhooks(Prisma.sql`true`);
}

/** One webhook. @throws AppError `not_found` */
export async function getWebhook(id: string): Promise<WebhookDetail> {
  const [webhook] = await selectWebhooks(Prisma.sql`w.id = ${id}::uuid`);
  if (!webhook) throw new AppError('not_found', 'This webhook does not exist any more.');
  return webhook;
}

interface RawRow extends Omit<WebhookDetail, 'state' | 'lastError'> {
  errorMessage: string | null;
  errorStatus: number | null;
  retrying: boolean;
  failedLast: boolean;
}

async function selectWebhooks(matching: Prisma.Sql): Promise<WebhookDetail[]> {
  const rows = await db.$queryRaw<RawRow[]>`
    SELECT w.id, w.label, w.url, w.event_names AS "eventNames", w.application_ids AS "applicationIds", w.enabled,
      w.version, w.created_by_name AS "createdByName", w.created_at AS "createdAt", w.updated_at AS "updatedAt",
      w.secret_updated_at AS "secretUpdatedAt", w.missed_events AS "missedEvents", w.missed_at AS "missedAt",
      CASE WHEN w.rests_until > clock_timestamp() THEN w.rests_until END AS "restsUntil",
      (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'waiting')::int AS waiting,
      (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'failed')::int AS failed,
      delivered.finished_at AS "lastDeliveredAt", trouble.last_error AS "errorMessage",
      trouble.last_status AS "errorStatus",
      EXISTS (SELECT 1 FROM webhook_deliveries d
        WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.attempts > 0) AS retrying,
      coalesce(trouble.created_at > delivered.created_at, trouble.created_at IS NOT NULL) AS "failedLast"
    FROM webhooks w
    LEFT JOIN LATERAL (SELECT d.finished_at, d.created_at FROM webhook_deliveries d
      WHERE d.webhook_id = w.id AND d.state = 'delivered' ORDER BY d.created_at DESC LIMIT 1) delivered ON true
    LEFT JOIN LATERAL (SELECT d.last_error, d.last_status, d.created_at FROM webhook_deliveries d
      WHERE d.webhook_id = w.id AND d.state IN ${inStates(deliveryStatesThat.mayHaveAnError)} AND d.last_error IS NOT NULL
      ORDER BY d.created_at DESC LIMIT 1) trouble ON true
    WHERE ${matching} ORDER BY lower(w.label), w.id`;
  return rows.map(({ errorMessage, errorStatus, retrying, failedLast, ...row }) => ({
    ...row,
    state: !row.enabled ? 'disabled' : retrying || failedLast ? 'failing' : 'ok',
    lastError: errorMessage === null ? null : { message: errorMessage, status: errorStatus },
  }));
}

export interface DeliveryRow {
  id: string;
  webhookId: string;
  state: DeliveryStateName;
  /** How many events it tells of. */
  events: number;
  attempts: number;
  /** Of the last attempt; null where no answer came. */
  lastStatus: number | null;
  lastError: string | null;
  nextAttemptAt: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
}

/** A page of deliveries, newest first. @param limit rows at most, 50 unless told */
export async function listDeliveries(
  webhookId: string,
  filter: DeliveryFilter = {},
  limit = 50,
): Promise<Page<DeliveryRow> & { total: number | undefined }> {
  const state = filter.state ? Prisma.sql`AND d.state = ${filter.state}::delivery_state` : Prisma.empty;
  const where = Prisma.sql`d.webhook_id = ${webhookId}::uuid ${state}`;
  const columns = [
    { sql: Prisma.sql`d.created_at`, type: 'timestamptz' },
    { sql: Prisma.sql`d.id`, type: 'uuid' },
  ] as const;
  const part = { where, columns, descending: true };
  const [page, { total, totalIsExact }] = await Promise.all([
    readPage(
      part,
      { cursor: filter.cursor, limit },
      ({ key, after, order, take }) => db.$queryRaw<(DeliveryRow & Keyed)[]>`
      SELECT d.id, d.webhook_id AS "webhookId", d.state::text AS state, cardinality(d.event_ids) AS events, d.attempts,
        d.last_status AS "lastStatus", d.last_error AS "lastError",
        CASE WHEN d.state = 'waiting' THEN greatest(d.next_attempt_at, (SELECT w.rests_until FROM webhooks w WHERE w.id = d.webhook_id)) END AS "nextAttemptAt",
        d.created_at AS "createdAt", d.finished_at AS "finishedAt", ${key}
      FROM webhook_deliveries d WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
    boundedCount(db, Prisma.sql`webhook_deliveries d WHERE ${where}`),
  ]);
  return { ...page, total: totalIsExact ? total : undefined };
}

/** A delivery with the events that it tells of, in their order, as far as they are kept. @throws AppError `not_found` */
export async function getDelivery(
  id: string,
): Promise<
  Omit<DeliveryRow, 'events'> & { webhook: { id: string; label: string }; eventCount: number; events: EventRow[] }
> {
  const row = await db.webhookDelivery.findUnique({
    where: { id },
    include: { webhook: { select: { id: true, label: true } } },
  });
  if (!row) throw new AppError('not_found', 'This delivery does not exist any more.');
  const { eventIds, ...delivery } = row;
  return { ...delivery, eventCount: eventIds.length, events: await readEventsById(eventIds) };
}
