import pg from 'pg';

/** Statements of the transaction that each connection is in, by the server's process. */
const underWay = new Map<number, string[]>();

const short = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 160);

/**
 * Tells of every deadlock on connections of a pool that are made from here on. Whoever is given up for one tries again, so that
 * nobody would see it. @param tell gets both sides, as far as this process knows the other
 */
export function watchDeadlocks(pool: pg.Pool, tell: (problem: string) => void): void {
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown;
    const pid = (client as unknown as { processID: number }).processID;
    client.query = ((...asked: unknown[]) => {
      const [first] = asked;
      const text = typeof first === 'string' ? first : ((first as { text?: string }).text ?? '');
      if (/^\s*begin/i.test(text)) underWay.set(pid, []);
      underWay.set(pid, [...(underWay.get(pid) ?? []).slice(-30), short(text)]);
      const answer = query(...asked);
      if (answer instanceof Promise) answer.catch((error: unknown) => isDeadlock(error) && tell(bothSides(error)));
      return answer;
    }) as typeof client.query;
  });
}

function isDeadlock(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001');
}

function bothSides({ message, detail = '', where = '' }: pg.DatabaseError): string {
  const pids = [...new Set([...detail.matchAll(/rocess (\d+)/g)].map((match) => Number(match[1])))];
  const sides = pids.map((pid) => `\n  ${pid}:\n    ${(underWay.get(pid) ?? ['not of this process']).join('\n    ')}`);
  return `${message}, ${short(where)}${sides.join('')}`;
}
