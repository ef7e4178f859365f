/** Addresses of the running product and its sandbox, as whoever started it says. */
export const origin = process.env.ORIGIN ?? 'http://localhost:3000';
export const sandboxUrl = process.env.SANDBOX_URL ?? 'http://localhost:4000';

/** True for the product that `npm test` brought up for these tests alone: only there may everything be reset. */
export const isOurOwn = process.env.SANDBOX_DATA_DIR?.includes('latchkey-e2e-') ?? false;

/** Of the three demo sign-ins; the demo prints it. */
export const demoPassword = 'LatchkeyDemo!2026';
