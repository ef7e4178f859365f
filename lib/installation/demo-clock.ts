import { setClockOffset } from '@/lib/core/clock';
import { db, type Tx } from '@/lib/db/client';

const key = 'clock_offset_ms';
const defaultAgeMs = 1_000;

/** Whether this is a demo: only there can the clock be moved. */
export const isDemo = (): boolean => process.env.LATCHKEY_DEMO === '1';

let readAt = 0;

/**
 * Brings this process's clock to where the demo's stands; does nothing outside a demo.
 * @param maxAgeMs what was read less than this long ago is believed; 0 asks the database
 */
export async function refreshDemoClock(maxAgeMs = defaultAgeMs): Promise<void> {
  if (!isDemo() || (maxAgeMs > 0 && Date.now() - readAt < maxAgeMs)) return;
  readAt = Date.now();
  setClockOffset(await readClockOffset(db));
}

/** How far the demo's clock is ahead of real time, in milliseconds. */
export async function readClockOffset(tx: Tx): Promise<number> {
  const setting = await tx.setting.findUnique({ where: { key } });
  return typeof setting?.value === 'number' ? setting.value : 0;
}

/** @param ms offset to real time, in milliseconds */
export async function writeClockOffset(tx: Tx, ms: number): Promise<void> {
  await tx.setting.upsert({ where: { key }, create: { key, value: ms }, update: { value: ms } });
}
