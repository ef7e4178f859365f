import { toRow, valuesOf } from '@/lib/core/setting';
import { db, type Tx } from '@/lib/db/client';
import { installationSettings, type Settings } from './schema';

const key = 'installation';
/** What a process read less than this long ago it believes, in milliseconds: a change takes effect everywhere within it. */
const maxAgeMs = 2_000;

export interface StoredSettings {
  /** 1 until somebody saves them. */
  version: number;
  settings: Settings;
}

/** On the global object: the server and what Next bundles are one process with two copies of this module. */
const shared = globalThis as { latchkeySettings?: { readAt: number; settings: Promise<Settings> } | undefined };

/**
 * The settings of this installation, at most two seconds old: read once for all that ask meanwhile, so that it may stand
 * in the path of every request.
 */
export function getSettings(): Promise<Settings> {
  // Real time, which no demo moves.
  const at = performance.now();
  const cached = shared.latchkeySettings;
  if (cached && at - cached.readAt < maxAgeMs) return cached.settings;
  const reading = { readAt: at, settings: readSettings(db).then((stored) => stored.settings) };
  shared.latchkeySettings = reading;
  // A failure is nobody else's answer.
  reading.settings.catch(() => {
    if (shared.latchkeySettings === reading) shared.latchkeySettings = undefined;
  });
  return reading.settings;
}

/** After a change: this process asks the database again. */
export function forgetSettings(): void {
  shared.latchkeySettings = undefined;
}

/** The settings as stored at this moment, with their version. */
export async function readSettings(tx: Tx = db): Promise<StoredSettings> {
  const row = await tx.setting.findUnique({ where: { key } });
  return toStored(row?.value);
}

/** As {@link readSettings}, locked against another writer until the transaction ends. */
export async function lockSettings(tx: Tx): Promise<StoredSettings> {
  await tx.setting.createMany({ data: [{ key, value: { version: 1, values: {} } }], skipDuplicates: true });
  const [row] = await tx.$queryRaw<{ value: unknown }[]>`SELECT value FROM settings WHERE key = ${key} FOR UPDATE`;
  return toStored(row?.value);
}

/** Stores what {@link lockSettings} locked. */
export async function writeSettings(tx: Tx, { version, settings }: StoredSettings): Promise<void> {
  await tx.setting.update({
    where: { key },
    data: { value: { version, values: toRow(installationSettings, settings).settings } },
  });
}

function toStored(value: unknown): StoredSettings {
  const { version = 1, values = {} } = (value ?? {}) as { version?: number; values?: unknown };
  return { version, settings: valuesOf(installationSettings, { administrator: values }) };
}
