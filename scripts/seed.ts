import { db } from '../lib/db/client';
import { checkCanary } from '../lib/installation/check-canary';
import { presetToken } from '../lib/tokens/preset-token';
import { describeSignIns, seedDemo } from '../prisma/seed';
import { connectDemo } from '../prisma/seed/connected';
import { runScriptWork } from './run-script';

await runScriptWork(async () => {
  // Its output is what `npm run demo` shows: the sign-ins.
  await checkCanary();
  const isNew = await seedDemo();
  await presetToken();
  const { SANDBOX_URL: sandbox, SANDBOX_CONNECTED: connects } = process.env;
  // A demo of before stays as its presenter has it.
  if (isNew && sandbox && connects) await connectDemo(sandbox);
  console.log(describeSignIns());
}).finally(() => db.$disconnect());
