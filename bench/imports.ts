import { onTarget } from './on-target';

export interface ImportOptions {
  /** What to measure: `imports.list`, `imports.match`, or both. */
  keys: ImportKey[];
}

export const importKeys = ['imports.list', 'imports.match'] as const;
export type ImportKey = (typeof importKeys)[number];

/** The reading of an import beside a client that asks for the same pages, one after the other, and keeps nothing. */
export interface ListFigures {
  accounts: number;
  pages: number;
  /** Of the import. */
  requests: number;
  latencyMs: number;
  /** From the import's start until everything is read, and until it can be reviewed: accounts are matched in between. */
  readMs: number;
  reviewMs: number;
  bareMs: number;
  /** Speed of the reading in terms of the bare client's. */
  ratio: number;
  /** The same with a server that answers at once; told, and not judged. */
  atOnce: { readMs: number; bareMs: number; ratio: number };
}

/** Matching as many accounts with as many people. */
export interface MatchFigures {
  /** Milliseconds for 10,000 and for 100,000, and highest resident memory, in MiB, of the process that matches. */
  ms10k: number;
  ms100k: number;
  mb10k: number;
  mb100k: number;
  ratio: number;
  memoryRatio: number;
}

export interface ImportFigures {
  list?: ListFigures;
  match?: MatchFigures;
}

const limits = { list: 0.5, match: 12, memory: 1.5 };

/** Imports as production runs them: the bundled worker, an embedded database that writes everything down, a server in memory. */
export function measureImports(keys: ImportKey[], say: (line: string) => void): Promise<ImportFigures> {
  return onTarget<ImportFigures>('imports-runner', { keys } satisfies ImportOptions, say);
}

const listHolds = ({ ratio, requests, pages }: ListFigures): boolean => ratio >= limits.list && requests === pages;

const matchHolds = ({ ratio, memoryRatio }: MatchFigures): boolean =>
  ratio <= limits.match && memoryRatio <= limits.memory;

export function importsHold({ list, match }: ImportFigures): boolean {
  return (!list || listHolds(list)) && (!match || matchHolds(match));
}

/** As scripts read it. */
export function importsInJson({ list, match }: ImportFigures): Record<string, unknown> {
  return {
    ...(list ? { list: { ...list, limit: limits.list, holds: listHolds(list) } } : {}),
    ...(match ? { match: { ...match, limit: limits.match, holds: matchHolds(match) } } : {}),
  };
}

export function importsInWords({ list, match }: ImportFigures): string[] {
  const says = (holds: boolean) => (holds ? 'holds' : 'DOES NOT HOLD');
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  return [
    ...(list
      ? [
          '',
          `imports.list: ${list.accounts.toLocaleString('en-US')} accounts read, ${list.pages} pages, ${list.latencyMs} ms an answer: ${says(listHolds(list))}`,
          `  requests       ${list.requests}, which have to be as many as pages`,
          `  read in        ${seconds(list.readMs)}, ready for review after ${seconds(list.reviewMs)}; a bare client ${seconds(list.bareMs)}`,
          `  ratio          ${list.ratio.toFixed(2)}, which has to reach ${limits.list}; of a server that answers at once ` +
            `${list.atOnce.ratio.toFixed(2)} (${seconds(list.atOnce.readMs)}, ${seconds(list.atOnce.bareMs)})`,
        ]
      : []),
    ...(match
      ? [
          '',
          `imports.match: 100,000 accounts with 100,000 people, beside 10,000 with 10,000: ${says(matchHolds(match))}`,
          `  time           ${seconds(match.ms10k)} → ${seconds(match.ms100k)}: ${match.ratio.toFixed(1)} times, at most ${limits.match}`,
          `  memory         ${match.mb10k.toFixed(0)} → ${match.mb100k.toFixed(0)} MiB: ${match.memoryRatio.toFixed(2)} times, at most ${limits.memory}`,
        ]
      : []),
  ];
}
