import type { EventRow } from './queries';
import type { Changes } from './schema';

/** An event as it leaves Latchkey: the same in an answer of the HTTP API and in a message of a webhook. */
export interface PublicEvent {
  /** Digits: larger than a number of JavaScript may be. */
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  name: string;
  outcome: 'success' | 'error';
  actor: { id: string | null; name: string; tokenId: string | null };
  clientAddress: string | null;
  application: { id: string; displayLabel: string | null } | null;
  target: { type: string; id: string | null; name: string | null } | null;
  code: string | null;
  message: string | null;
  /** {attribute: {from, to}} */
  changes: Changes | null;
  cycleId: string | null;
  /** How often it happened, where several are written as one: 1, but for refusals that repeat themselves. */
  count: number;
}

/** The one representation of an event outside. Absent values are null, so that every event has the same keys. */
export function toPublicEvent(row: EventRow): PublicEvent {
  return {
    id: row.id,
    at: row.at.toISOString(),
    name: row.name,
    outcome: row.outcome,
    actor: { id: row.actorId, name: row.actorName, tokenId: row.tokenId },
    clientAddress: row.clientAddress,
    application: row.applicationId ? { id: row.applicationId, displayLabel: row.applicationLabel } : null,
    target: row.targetType ? { type: row.targetType, id: row.targetId, name: row.targetName } : null,
    code: row.code,
    message: row.message,
    changes: row.changes,
    cycleId: row.cycleId,
    count: row.count,
  };
}
