import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel says of one process, after its name, which may hold anything. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    // It has ended.
    return undefined;
  }
}

const pids = () => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));

/** A process and all that it has started, which are there now. Linux alone. */
export function familyOf(root: number): number[] {
  const parents = new Map(pids().map((pid) => [pid, Number(statOf(pid)?.[1] ?? 0)]));
  const family = new Set([root]);
  for (let known = 0; known < family.size; ) {
    known = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return [...family].filter((pid) => parents.has(pid));
}

/** Processor milliseconds that a process has used, with children of its that ended; the kernel counts in steps of 10. */
export function processorMs(pid: number): number {
  const stat = statOf(pid);
  // utime, stime, cutime, cstime (proc(5)).
  return (stat?.slice(11, 15) ?? []).reduce((sum, ticks) => sum + Number(ticks), 0) * 10;
}

/** What a process is: its command line. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Memory of a process in KiB, in which what several share counts in parts (PSS). */
export function proportionalKiB(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
