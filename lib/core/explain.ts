import { AppError } from './errors';

/**
 * Exit code of a process that cannot run before somebody mends something (EX_CONFIG of sysexits.h): to start it again is
 * no use.
 */
export const refusedExitCode = 78;

/** A start that is refused: nothing is broken, somebody has to mend what the message says. */
export class StartRefused extends Error {
  override name = 'StartRefused';
}

/** What programs print for a disk that is full. */
export const fullDisk = 'No space left on device';

export function explainFullDisk(where: string): string {
  return `The disk is full: nothing more can be written to ${where}. Free some space, then start again.`;
}

/** What the system says when something is in the way, in words that say what to do. */
const systemErrors: Record<string, (error: SystemError) => string> = {
  EACCES: ({ where }) =>
    `Latchkey may not use ${where}. Make it belong to the user who runs Latchkey (chown -R), or run it as its owner.`,
  EPERM: ({ where }) =>
    `Latchkey may not change ${where}. Make it belong to the user who runs Latchkey (chown -R), or run it as its owner.`,
  EROFS: ({ where }) =>
    `${where} is on a read-only file system. Mount it writable, or set LATCHKEY_DATA_DIR to another folder.`,
  ENOSPC: ({ where }) =>
    `The disk is full: nothing more can be written to ${where}. Free some space, then start again.`,
  EDQUOT: ({ where }) =>
    `The quota of the disk is used up: nothing more can be written to ${where}. Free some space, then start again.`,
  ENOTDIR: ({ where }) =>
    `${where} is, or lies in, a file that should be a folder. Move it away, or set LATCHKEY_DATA_DIR to a folder.`,
  EEXIST: ({ where }) =>
    `${where} is a file where a folder should be. Move it away, or set LATCHKEY_DATA_DIR to a folder.`,
  EMFILE: () => 'Too many files are open. Raise the limit (ulimit -n), then start again.',
  EADDRINUSE: ({ where }) => `Another program listens at ${where}. Stop that one, or choose another port.`,
  ECONNREFUSED: ({ where }) => `Nobody listens at ${where}.`,
  ENOTFOUND: ({ where }) => `There is no host named ${where}.`,
  EAI_AGAIN: ({ where }) => `The name ${where} cannot be looked up at the moment.`,
  ETIMEDOUT: ({ where }) => `${where} does not answer.`,
  EHOSTUNREACH: ({ where }) => `No way leads to ${where}.`,
  ENETUNREACH: ({ where }) => `No way leads to ${where}.`,
  ECONNRESET: () => 'The connection was ended by the other side.',
};

interface SystemError {
  /** The file, or the address. */
  where: string;
}

/**
 * Says what stopped a process, for whoever starts it: what happened and what to do. Never more than that, and never a
 * value: a stack only of what is a mistake in our own code, where nothing else would help.
 */
export function explain(error: unknown): string {
  if (error instanceof AppError) return [error.message, error.hint].filter(Boolean).join('\n');
  // A refused connection to "localhost" has a reason for each of its addresses, and no message of its own.
  if (error instanceof AggregateError) return [...new Set(error.errors.map(explain))].join(' ');
  if (!(error instanceof Error)) return String(error);
  const { code, path, address, port, hostname } = error as NodeJS.ErrnoException & Partial<Record<string, unknown>>;
  const words = code === undefined ? undefined : systemErrors[code];
  if (words) {
    const host = address ?? hostname;
    const peer = host === undefined ? undefined : `${host}${port === undefined ? '' : `:${port}`}`;
    return words({ where: String(path ?? peer ?? 'a file or an address') });
  }
  if (error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError) {
    return error.stack ?? error.message;
  }
  return error.message;
}
