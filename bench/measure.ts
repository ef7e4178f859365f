/** One thing of ours beside the least that it could cost: both do the same work on the same data. */
export interface Comparison {
  /** By which scripts know it, with dots. */
  key: string;
  name: string;
  /** What the limit is, for people. */
  limitName: string;
  /** Calls per sample: enough that a sample takes some ten milliseconds. */
  calls: number;
  ours: () => unknown;
  limit: () => unknown;
  /** The ratio has to reach it. Absent: it is told, not judged. */
  least?: number;
}

export interface Measured {
  key: string;
  name: string;
  limitName: string;
  /** Microseconds of processor time per call, median of the rounds. */
  oursUs: number;
  limitUs: number;
  /** Speed of ours in terms of the limit's: 1 is as fast, 0.5 half as fast. Median, lowest and highest of the rounds. */
  ratio: number;
  lowest: number;
  highest: number;
  least?: number;
  /** False: the ratio is below the least. */
  holds: boolean;
}

/**
 * Measures both sides in turn, round by round, so that what else the machine does falls on both. A ratio is made within
 * one round: numbers of two runs, or of two machines, are not to be compared, ratios are.
 */
export async function measure(comparison: Comparison, rounds: number): Promise<Measured> {
  const { key, name, limitName, calls, ours, limit, least } = comparison;
  // What has not run yet is interpreted, not compiled.
  await sample(ours, calls);
  await sample(limit, calls);
  const taken: { ours: number; limit: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const oursFirst = round % 2 === 0;
    const first = await sample(oursFirst ? ours : limit, calls);
    const second = await sample(oursFirst ? limit : ours, calls);
    taken.push(oursFirst ? { ours: first, limit: second } : { ours: second, limit: first });
  }
  const ratios = taken.map((round) => round.limit / round.ours).sort((left, right) => left - right);
  return {
    key,
    name,
    limitName,
    oursUs: median(taken.map((round) => round.ours)),
    limitUs: median(taken.map((round) => round.limit)),
    ratio: median(ratios),
    lowest: ratios[0] ?? Number.NaN,
    highest: ratios.at(-1) ?? Number.NaN,
    ...(least === undefined ? {} : { least }),
    holds: least === undefined || median(ratios) >= least,
  };
}

/** What the calls gave last, kept so that no call can be optimized away. */
export const kept: { last: unknown } = { last: undefined };

/** @returns microseconds of processor time per call: what else the machine does is not in it */
async function sample(work: () => unknown, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) {
    kept.last = work();
    if (kept.last instanceof Promise) kept.last = await kept.last;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = sorted.length % 2 === 0 ? [sorted[middle - 1], sorted[middle]] : [sorted[middle], sorted[middle]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}
