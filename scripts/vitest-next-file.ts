import { vi } from 'vitest';

// Before each test file of a thread that goes on with the next one: all begins as in a thread of its own. Modules of ours
// are evaluated anew, so that nothing that one file made them remember is met by the next; those of libraries stay.
interface Shared {
  latchkeyPool?: { end(): Promise<void> };
  latchkeySignInPool?: { end(): Promise<void> };
  testsEnvironment?: NodeJS.ProcessEnv;
}
const shared = globalThis as Shared;

// Nobody waits for it: what the last file left running may still hold a connection.
for (const pool of [shared.latchkeyPool, shared.latchkeySignInPool]) pool?.end().catch(() => {});
for (const name of Object.keys(globalThis)) {
  if (name.startsWith('latchkey')) Reflect.deleteProperty(globalThis, name);
}

shared.testsEnvironment ??= { ...process.env };
for (const name of Object.keys(process.env)) {
  if (!(name in shared.testsEnvironment)) delete process.env[name];
}
Object.assign(process.env, shared.testsEnvironment);

vi.useRealTimers();
vi.resetModules();
