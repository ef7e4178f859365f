/** Where a process runs; what the system does not tell is empty. */
export interface Whereabouts {
  pid: number;
  host: string;
  machine: string;
  bootId: string;
  pidNamespace: string;
}
export interface Owner extends Whereabouts {
  /** The lock file's own number: a copy of the file has another. */
  inode: string;
  at: string;
  /** Where people reach what runs, once it does. */
  address?: string;
}
export interface Lock {
  fd: number;
  inode: string;
  previous: Owner | undefined;
  note(more?: { address?: string }): void;
  release(): void;
}
export function whereabouts(): Whereabouts;
export function isSameNamespace(one: Whereabouts, other: Whereabouts): boolean;
export function describeOwner(owner: Owner | undefined): string;
export function readOwner(path: string): Owner | undefined;
export function tryLock(
  path: string,
): { lock: Lock; owner?: undefined } | { lock?: undefined; owner: Owner | undefined };
export function isLocked(path: string): boolean;
export function waitForLock(path: string, onWait?: (owner: string) => void): Promise<() => void>;
