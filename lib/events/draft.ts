import type { Actor } from './actor';
import type { Changes, EventName } from './schema';

/** An event before it is written. Names are snapshots: the event outlives what it tells of. */
export interface EventDraft {
  name: EventName;
  actor: Actor;
  outcome?: 'success' | 'error';
  application?: { id: string; displayLabel: string } | undefined;
  target?:
    | {
        type: 'user' | 'group' | 'application' | 'account' | 'token' | 'webhook' | 'source' | 'attribute';
        id: string;
        name: string;
      }
    | undefined;
  code?: string | undefined;
  message?: string | undefined;
  changes?: Changes | undefined;
  cycleId?: string | null | undefined;
  operationId?: string | null | undefined;
  /** How often it happened, where it is written once for several times ({@link recordRefusal}); 1 unless told. */
  count?: number;
}
