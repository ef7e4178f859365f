import { mkdirSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { onTarget } from './on-target';

export interface RunOptions {
  /** In each first cycle; 1,000 or more. */
  people: number;
  /** Whether memory is measured too, which takes long. */
  memory: boolean;
  /** Folder for a profile of the worker (`--cpu-prof`). */
  profile?: string | undefined;
}

/** First cycles beside the wire, at one latency of the target. */
export interface Rates {
  latencyMs: number;
  /** People in a second. */
  perSecond: number;
  limitPerSecond: number;
  ratio: number;
  /** Share of the cycle in which at least one request was under way. */
  wireBusy: number;
  /** Processor time of the worker during its first cycle. */
  cpuMs: number;
}

/** Highest resident memory of the worker, in MiB, with a heap capped at 256 MB. */
export interface Memory {
  /** At 100,000 people. */
  mb: number;
  mb25k: number;
  ratio: number;
}

export interface Figures {
  rates: Rates[];
  /** Requests that the engine was seen to make at once, and the bare client makes too. */
  atOnce: number;
  cpuMsPerPerson: number;
  /** Requests of a creation, of a cycle without change per 1,000 people, of one attribute, of one member. */
  requests: { create: number; noChange: number; attribute: number; member: number };
  changeP95Ms: number;
  /** `stillRunning`: how many of the other applications were still in their first cycles after the last change. */
  changes: { sent: number; arrived: number; stillRunning: number; others: number };
  rss100k?: Memory;
}

/** What has to hold: ratios to the wire by latency, milliseconds, and memory at 100,000 people in terms of that at 25,000. */
const limits = {
  wire: new Map([
    [20, 0.9],
    [5, 0.8],
    [0, 0.5],
  ]),
  changeP95Ms: 1_000,
  memory: 1.3,
};

/**
 * Measures provisioning as production does it (the bundled worker, an embedded database that writes everything down) against
 * a target in memory, beside a bare client that sends the same bodies to the same target. Leaves nothing behind but a profile.
 */
export function measureProvisioning(options: RunOptions, say: (line: string) => void): Promise<Figures> {
  const profile = options.profile && resolvePath(options.profile);
  if (profile) mkdirSync(profile, { recursive: true });
  return onTarget<Figures>('provisioning-runner', { ...options, profile }, say);
}

/** As scripts read it. */
export function provisioningInJson(figures: Figures): Record<string, unknown> {
  const { rates, ...rest } = figures;
  const wires = Object.fromEntries(rates.map(({ latencyMs, ratio }) => [`wire${latencyMs}`, ratio]));
  const perSecond = Object.fromEntries(
    rates.map(({ latencyMs, perSecond: ours, limitPerSecond: limit, wireBusy }) => [
      `at${latencyMs}`,
      { ours, limit, wireBusy },
    ]),
  );
  return { ...wires, ...rest, perSecond, holds: provisioningHolds(figures) };
}

export function provisioningHolds({ rates, changeP95Ms, rss100k }: Figures): boolean {
  return (
    rates.every(({ latencyMs, ratio }) => ratio >= (limits.wire.get(latencyMs) ?? 0)) &&
    changeP95Ms <= limits.changeP95Ms &&
    (rss100k === undefined || rss100k.ratio <= limits.memory)
  );
}

export function provisioningInWords(figures: Figures): string[] {
  const { rates, atOnce, cpuMsPerPerson, requests, changeP95Ms, changes, rss100k } = figures;
  const says = (holds: boolean) => (holds ? 'holds' : 'DOES NOT HOLD');
  const missing = changes.sent - changes.arrived;
  return [
    '',
    `provisioning: a first cycle beside a bare client on the wire, ${atOnce} requests at once`,
    ...rates.map(({ latencyMs, perSecond, limitPerSecond, ratio, wireBusy }) => {
      const limit = limits.wire.get(latencyMs) ?? 0;
      const speeds = `${perSecond.toFixed(0).padStart(5)} people a second, the wire ${limitPerSecond.toFixed(0).padStart(5)}`;
      return `  ${String(latencyMs).padStart(2)} ms          ${speeds}: ${ratio.toFixed(2)}, which has to reach ${limit}: ${says(ratio >= limit)}; something under way ${(wireBusy * 100).toFixed(0)} % of the time`;
    }),
    `  processor      ${cpuMsPerPerson.toFixed(2)} ms of the worker for each person`,
    `  requests       ${requests.create.toFixed(3)} a creation, ${requests.noChange.toFixed(0)} a cycle without change per 1,000 people, ` +
      `${requests.attribute} an attribute, ${requests.member} a member`,
    `  a change       arrives in ${changeP95Ms.toFixed(0)} ms, 95 of 100, while ${changes.others} other applications run first cycles ` +
      `(${changes.stillRunning} until the last change)${missing > 0 ? `; ${missing} DID NOT ARRIVE` : ''}; at most ${limits.changeP95Ms} ms: ` +
      says(changeP95Ms <= limits.changeP95Ms),
    ...(rss100k
      ? [
          `  memory         ${rss100k.mb.toFixed(0)} MiB at 100,000 people, ${rss100k.mb25k.toFixed(0)} MiB at 25,000: ${rss100k.ratio.toFixed(2)}, ` +
            `at most ${limits.memory}: ${says(rss100k.ratio <= limits.memory)}`,
        ]
      : []),
  ];
}
