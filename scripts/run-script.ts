import { AppError } from '../lib/core/errors';
import { explain, refusedExitCode, StartRefused } from '../lib/core/explain';

/** Runs the work of a short script to its end; what stops it is said in words, on standard error. */
export async function runScriptWork(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(explain(error));
    process.exitCode = error instanceof StartRefused || error instanceof AppError ? refusedExitCode : 1;
  }
}
