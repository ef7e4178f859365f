import type { OperationStateName } from '@/lib/core/states';
import type { Ask } from '@/lib/db/direct-transaction';
import { runStatement, toJsonRows } from '@/lib/db/statement';
import type { ScimClient } from '@/lib/scim/client';
import type { ScimExchange } from '@/lib/scim/exchange';
import { createRedactor } from '@/lib/scim/redact';
import type { Connection } from '../connection';
import type { OnDemandOutcomeName } from '../on-demand/schema';
import type { PlannedLink } from '../plan/planned-link';
import { keptExchange } from './kept-exchange';
import type { OnDemandOutcome, Settled } from './link';

/** What happens to one link that somebody provisions on demand: every request, the plan, and what it comes to. */
export class Watch {
  readonly runId: string;
  readonly #lookups: ScimExchange[] = [];
  readonly #sent: ScimExchange[] = [];
  #plan: PlannedLink | null = null;
  #operationId: string | null = null;

  constructor(runId: string) {
    this.runId = runId;
  }

  /** The connection for looking it up. @param secrets values that are shown to nobody */
  lookingUp(connection: Connection, secrets: readonly string[]): Connection {
    const redact = createRedactor(secrets);
    return watched(connection, (exchange) => {
      const { responseBody } = exchange;
      this.#lookups.push(responseBody === undefined ? exchange : { ...exchange, responseBody: redact(responseBody) });
    });
  }

  /** The connection for changing something. */
  sending(connection: Connection): Connection {
    return watched(connection, (exchange) => this.#sent.push(exchange));
  }

  /** @param operationId of what is sent; absent: nothing is */
  planned(plan: PlannedLink, operationId?: string): void {
    this.#plan = plan;
    this.#operationId = operationId ?? null;
  }

  /** What is known before anything is sent, to be kept: what was looked up is told once. */
  known() {
    const lookups = this.#lookups.splice(0).map(keptExchange);
    return { id: this.runId, plan: this.#plan, lookups, operationId: this.#operationId };
  }

  outcomeOf(settled: Settled): OnDemandOutcome {
    const { operation, held, link, lastError } = settled;
    const outcome = outcomeName(settled, this.#plan);
    const waiting = outcome === 'held' ? (held?.id ?? link.holdId) : null;
    const error = lastError ?? operation?.error ?? null;
    const [lookups, sent] = [this.#lookups.splice(0), this.#sent.splice(0)];
    return { runId: this.runId, outcome, lookups, sent, operationId: this.#operationId ?? waiting, error };
  }
}

/** Of what was sent. */
const outcomes: Readonly<Partial<Record<OperationStateName, OnDemandOutcomeName>>> = {
  succeeded: 'sent',
  failed: 'failed',
  unknown: 'unknown',
};

function outcomeName({ nextInMs, operation, held }: Settled, plan: PlannedLink | null): OnDemandOutcomeName | null {
  // It exists already, or is gone, or there is more of it: that is found out, or done, at once.
  if (nextInMs === 0) return null;
  const ofOperation = operation && outcomes[operation.state];
  if (ofOperation) return ofOperation;
  if (held) return 'held';
  if (!plan) return 'failed';
  if (plan.action === 'skip') return 'skipped';
  return plan.action === 'none' ? 'nothing' : 'held';
}

/** The same connection, each of whose requests is told with its answer. */
function watched(connection: Connection, tell: (exchange: ScimExchange) => void): Connection {
  const client = new Proxy<ScimClient>(connection.client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const result: unknown = await Reflect.apply(member, target, args);
        if (hasExchange(result)) tell(result.exchange);
        return result;
      };
    },
  });
  return { ...connection, client };
}

function hasExchange(result: unknown): result is { exchange: ScimExchange } {
  return typeof result === 'object' && result !== null && 'exchange' in result;
}

/** Says that the engine has taken up these runs. */
export async function keepTaken(runIds: readonly string[]): Promise<void> {
  if (runIds.length > 0) await runStatement(takeRuns, [runIds]);
}

/** Keeps what is known before anything is sent. */
export async function keepKnown(watches: readonly Watch[]): Promise<void> {
  if (watches.length > 0) await runStatement(planRuns, [toJsonRows(watches.map((watch) => watch.known()))]);
}

/** Keeps what runs have come to, with the links that they are about. */
export async function writeOnDemand(ask: Ask, settled: readonly Settled[]): Promise<void> {
  const rows = settled.flatMap(({ onDemand }) =>
    onDemand
      ? [
          {
            ...onDemand,
            id: onDemand.runId,
            lookups: onDemand.lookups.map(keptExchange),
            sent: onDemand.sent.map(keptExchange),
          },
        ]
      : [],
  );
  if (rows.length > 0) await ask(endRuns, [toJsonRows(rows)]);
}

/** As many requests are kept of a run: of a large group there are hundreds. */
const mostKept = 20;

const takeRuns = {
  name: 'take-on-demand',
  text: 'UPDATE on_demand_runs SET taken_at = coalesce(taken_at, clock_timestamp()) WHERE id = ANY ($1::uuid[])',
};

const planRuns = {
  name: 'plan-on-demand',
  text: `
    UPDATE on_demand_runs t SET plan = r.plan, operation_id = coalesce(r.operation_id, t.operation_id),
      lookups = CASE WHEN jsonb_array_length(t.lookups) < ${mostKept} THEN t.lookups || r.lookups ELSE t.lookups END
    FROM json_to_recordset($1::json) AS r(id uuid, plan jsonb, lookups jsonb, operation_id uuid) WHERE t.id = r.id`,
};

const endRuns = {
  name: 'end-on-demand',
  text: `
    UPDATE on_demand_runs t SET outcome = r.outcome, error = r.error, operation_id = coalesce(r.operation_id, t.operation_id),
      finished_at = CASE WHEN r.outcome IS NOT NULL THEN clock_timestamp() END,
      lookups = CASE WHEN jsonb_array_length(t.lookups) < ${mostKept} THEN t.lookups || r.lookups ELSE t.lookups END,
      sent = CASE WHEN jsonb_array_length(t.sent) < ${mostKept} THEN t.sent || r.sent ELSE t.sent END
    FROM json_to_recordset($1::json) AS r(id uuid, outcome text, error jsonb, lookups jsonb, sent jsonb, operation_id uuid) WHERE t.id = r.id`,
};
