import type { Connection } from '../../connection';
import type { Adapter, Work } from '../adapter';
import { commitIntents } from '../intents';
import type { Settled } from '../link';
import { settle } from '../settle';

/**
 * What a line does with plans, without its wire: on record, sent, written down, all at once.
 * @returns what was sent
 */
export async function carryOut<W extends Work, R extends Work<W['link']>, Act, S extends Settled>(
  adapter: Adapter<W, R, Act, S>,
  connection: Connection,
  planned: readonly R[],
): Promise<Act[]> {
  const settled: S[] = [];
  const attempts = planned.flatMap((work) => {
    const decided = adapter.act(connection, work);
    if ('act' in decided) return [{ work, decided, operation: { id: crypto.randomUUID(), cycleId: null } }];
    settled.push(decided.settled);
    return [];
  });
  await commitIntents(
    adapter.kind,
    attempts.map(({ work, decided: { act: _act, ...intended }, operation }) => ({
      link: work.link,
      operation: { ...operation, ...intended },
    })),
  );
  for (const { work, decided, operation } of attempts) {
    const { settled: outcome } = await adapter.send({ connection, work, act: decided.act, operation });
    settled.push(outcome);
  }
  await settle(adapter.kind, connection.application.id, settled);
  return attempts.map(({ decided }) => decided.act);
}
