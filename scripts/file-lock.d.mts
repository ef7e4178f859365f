export function isAlive(pid: number): boolean;
export function tryLock(path: string): { release: () => void } | { ownerPid: number };
export function waitForLock(path: string, onWait?: (ownerPid: number) => void): Promise<() => void>;
