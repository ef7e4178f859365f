import { z } from 'zod';
import { setClockOffset } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { declareCommand } from '@/lib/events/command';
import { attempt } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import { readSettings } from '@/lib/settings/settings';
import { isDemo, readClockOffset, writeClockOffset } from './demo-clock';
import { asResource } from './internal/as-resource';

const minuteMs = 60_000;

/** How far the clock can be moved at once: to the next cycle, to permanent deletion. */
const clockSteps = { '40 minutes': 40, '30 days': 30 * 24 * 60 } as const;
type ClockStep = keyof typeof clockSteps;
const moveDemoClockSchema = z.object({ step: z.enum(Object.keys(clockSteps) as [ClockStep, ...ClockStep[]]) });

/**
 * Moves the demo's clock forward, for every process, and runs what has become due by that: cycles and deletions.
 * @returns the installation, and how far the clock is ahead of real time, in milliseconds
 * @throws AppError `forbidden` outside a demo
 */
export const moveDemoClock = declareCommand(
  { id: 'moveDemoClock', permission: 'demo.reset', input: moveDemoClockSchema, event: 'demo_reset' },
  async (actor, input) => {
    if (!isDemo()) throw new AppError('forbidden', 'Only the clock of a demo can be moved.');
    const result = await attempt(
      { name: 'demo_reset', actor, message: `The clock was moved ${input.step} forward.` },
      async (tx) => {
        await tx.$executeRaw`LOCK TABLE settings IN SHARE ROW EXCLUSIVE MODE`;
        const stepMs = clockSteps[input.step] * minuteMs;
        const offsetMs = (await readClockOffset(tx)) + stepMs;
        await writeClockOffset(tx, offsetMs);
        // Servers that asked for a rest, in real time, are asked again as if that time had passed.
        await tx.$executeRaw`
          UPDATE integrations SET rests_until = rests_until - ${stepMs} * interval '1 millisecond' WHERE rests_until IS NOT NULL`;
        await enqueue(tx, 'schedule-cycles', {});
        await enqueue(tx, 'housekeeping', {});
        return { ...asResource(await readSettings(tx)), offsetMs };
      },
    );
    setClockOffset(result.offsetMs);
    return result;
  },
);
