import pg from 'pg';
import { vi } from 'vitest';

/**
 * How many statements `work` sends to the database, from this process.
 * @param counts which of them are counted; absent: all
 */
export async function countStatements(
  work: () => Promise<unknown>,
  counts: (text: string) => boolean = () => true,
): Promise<number> {
  const sent = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return sent.mock.calls.filter(([statement]) => counts(textOf(statement))).length;
  } finally {
    sent.mockRestore();
  }
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  return typeof statement === 'object' && statement && 'text' in statement ? String(statement.text) : '';
}
