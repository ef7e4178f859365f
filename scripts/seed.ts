import { db } from '../lib/db/client';
import { checkCanary } from '../lib/installation/check-canary';
import { presetToken } from '../lib/tokens/preset-token';
import { describeSignIns, seedDemo } from '../prisma/seed';
import { runScriptWork } from './run-script';

await runScriptWork(async () => {
  // Its output is what `npm run demo` shows: the sign-ins.
  await checkCanary();
  await seedDemo();
  await presetToken();
  console.log(describeSignIns());
}).finally(() => db.$disconnect());
