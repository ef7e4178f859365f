import { statfs } from 'node:fs/promises';

/** Below this a disk counts as full: four segments of PostgreSQL's log, which it needs before it says anything. */
const leastBytes = 64 * 1024 * 1024;
const patienceMs = 2_000;

/**
 * Whether there is room where the embedded database lives; of an external one, only its own machine can tell.
 * @param folder of the embedded database
 * @returns `ok`, or in words what is wrong
 */
export async function checkDisk(folder: string): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer'), patienceMs);
  });
  const looked = statfs(folder).then(
    ({ bavail, bsize, files, ffree }) => {
      const freeBytes = bavail * bsize;
      if (freeBytes < leastBytes) return `full: ${Math.floor(freeBytes / 1_048_576)} MiB left`;
      return files > 0 && ffree === 0 ? 'full: no file can be added' : 'ok';
    },
    () => 'cannot be looked at',
  );
  return Promise.race([looked, late]).finally(() => clearTimeout(timer));
}
