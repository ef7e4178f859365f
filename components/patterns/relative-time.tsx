'use client';

import { useEffect, useState } from 'react';

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** Whether a moment has happened, is to come, or may be either (the end of a token). */
type Tense = 'past' | 'future' | 'either';

/**
 * "3 minutes ago", under a minute "just now"; "in 2 days", "in a moment". What has happened is never said to come, though
 * the clock that wrote it is ahead of the browser's; nor the reverse.
 */
export function relativeWords(at: Date, now: Date, tense: Tense): string {
  const away = Math.round((at.getTime() - now.getTime()) / 1000);
  const seconds = tense === 'past' ? Math.min(away, 0) : tense === 'future' ? Math.max(away, 0) : away;
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return tense === 'future' || seconds > 0 ? 'in a moment' : 'just now';
}

/** Day and minute in UTC: the same on the server and in every browser. */
export function utcMinute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * A moment in words, the exact time as title. The server writes UTC; the words come once the browser has the page,
 * so that the two never disagree while hydrating. `now` is for a clock other than the browser's (the demo's).
 */
export function RelativeTime({
  at,
  now,
  tense = 'past',
  fallback = 'Never',
}: {
  at: Date | string | null | undefined;
  tense?: Tense;
  now?: Date | string | undefined;
  fallback?: string;
}) {
  const [tick, setTick] = useState<Date>();
  useEffect(() => {
    setTick(new Date());
    const timer = setInterval(() => setTick(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <span className="text-muted">{fallback}</span>;
  const moment = new Date(at);
  const absolute = tick
    ? moment.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'long' })
    : moment.toISOString();
  return (
    <time dateTime={moment.toISOString()} title={absolute} className="whitespace-nowrap">
      {tick ? relativeWords(moment, now ? new Date(now) : tick, tense) : utcMinute(moment)}
    </time>
  );
}

/** The exact local time; UTC until hydrated. */
export function AbsoluteTime({ at, seconds = false }: { at: Date | string; seconds?: boolean }) {
  const [local, setLocal] = useState<string>();
  const moment = new Date(at);
  const iso = moment.toISOString();
  useEffect(() => {
    setLocal(new Date(iso).toLocaleString('en', { dateStyle: 'medium', timeStyle: seconds ? 'medium' : 'short' }));
  }, [iso, seconds]);
  return (
    <time dateTime={iso} title={iso} className="whitespace-nowrap">
      {local ?? utcMinute(moment)}
    </time>
  );
}
