/** Milliseconds for so many tries. */
export const propertyTimeout = 600_000;

/**
 * How often a property is tried, and from which seed: the same each time in `npm test`, another one each time under `full`. What
 * fails is told with its seed and path: `PROPERTY_SEED=… PROPERTY_RUNS=… npx vitest run <file>` tries the same again.
 * @param few tries where it is not `full` @param many where it is
 */
export function tries(few: number, many = 10_000) {
  const isFull = process.env.LATCHKEY_TESTS === 'full';
  return {
    numRuns: Number(process.env.PROPERTY_RUNS ?? (isFull ? many : few)),
    // What is found by then is told, however much is left to try.
    interruptAfterTimeLimit: propertyTimeout - 60_000,
    seed: Number(process.env.PROPERTY_SEED ?? (isFull ? Date.now() % 2 ** 31 : 20_261_128)),
  };
}
