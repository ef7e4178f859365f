import { settingsOf } from '@/lib/core/setting';
import type { Integration } from '@/lib/db/generated/client';
import { secretSettings } from './settings';

/** When the secret of a connection ends, and who sees to it; `noted`: an administrator said so, before what the token says itself. */
export interface SecretEnd {
  endsAt: Date;
  noted: boolean;
  owner: string;
}

/** Null where nobody knows. */
export function secretEndOf(integration: Pick<Integration, 'settings' | 'secretEndsAt'>): SecretEnd | null {
  const { secretEnds, secretOwner: owner } = settingsOf(secretSettings, integration);
  if (secretEnds !== '') return { endsAt: new Date(`${secretEnds}T00:00:00Z`), noted: true, owner };
  const { secretEndsAt } = integration;
  return secretEndsAt && { endsAt: secretEndsAt, noted: false, owner };
}

/** Days before the end at which somebody is told, the last first. */
export const warnDays = [7, 30] as const;
const dayMs = 24 * 60 * 60_000;

/** Whole days until then; negative once it is over. */
export function daysUntil(end: Date, from: Date): number {
  return Math.floor((end.getTime() - from.getTime()) / dayMs);
}

/** "ends in 6 days", "has ended". */
export function endInWords(days: number): string {
  if (days < 0) return 'has ended';
  if (days === 0) return 'ends today';
  return `ends in ${days} ${days === 1 ? 'day' : 'days'}`;
}
