/** Sizes of V8's young generation, of which each of the three parts may otherwise grow to 16 MiB and stays that large under load. */
const youngGeneration = '--max-semi-space-size=4';

/**
 * How a process that runs for months is started, so that it keeps what it uses and no more. What an operator says in NODE_OPTIONS or in the
 * environment goes first.
 * @returns Node's options, and what is added to the environment
 */
export function leanNode(env: NodeJS.ProcessEnv): { options: string[]; env: NodeJS.ProcessEnv } {
  const isSaid = /--max[-_]semi[-_]space[-_]size/.test(env.NODE_OPTIONS ?? '');
  return {
    options: isSaid ? [] : [youngGeneration],
    // glibc: a size that is given stays. Otherwise it grows with the largest piece that was ever given back, up to 64 MiB, and what compiling
    // took at the start is never the system's again: 20 MiB of each process.
    env: { MALLOC_TRIM_THRESHOLD_: '131072', ...env },
  };
}
