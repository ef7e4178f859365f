/**
 * Dates as text. As in Entra a date is a text in UTC, `M/d/yyyy h:mm:ss tt`; in here it is milliseconds since 1970.
 * A text without an offset counts as UTC.
 */
const isoPattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const usPattern = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(AM|PM)?)?$/i;

export interface DateParts {
  year: number;
  month: number;
  day: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  offsetMinutes?: number;
}

/** Milliseconds since 1970, or undefined where there is no such date, such as 30 February. */
export function instantOf(parts: DateParts): number | undefined {
  const { year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0, offsetMinutes = 0 } = parts;
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (Math.abs(offsetMinutes) > 14 * 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return undefined;
  date.setUTCHours(hour, minute, second, millisecond);
  return date.getTime() - offsetMinutes * 60_000;
}

/** `Z`, `+08:00`, `-0700` or `-7` in minutes. */
export function offsetMinutes(text: string | undefined): number {
  if (!text || text.toUpperCase() === 'Z') return 0;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Hour of the day from a clock of twelve hours; as it is without AM or PM. */
export function hourOf(hour: number, half: string | undefined): number {
  if (!half) return hour;
  if (hour < 1 || hour > 12) return 99;
  return (hour % 12) + (half.toUpperCase().startsWith('P') ? 12 : 0);
}

/** Reads ISO 8601 dates (with a bare date's offset too, `2020-03-16-07:00`) and `M/d/yyyy h:mm:ss tt`. */
export function parseDate(text: string): number | undefined {
  const trimmed = text.trim();
  const iso = isoPattern.exec(trimmed);
  if (iso) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = iso;
    return instantOf({
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second),
      millisecond: Math.floor(Number(`0.${fraction}`) * 1000),
      offsetMinutes: offsetMinutes(offset),
    });
  }
  const us = usPattern.exec(trimmed);
  if (!us) return undefined;
  const [, month, day, year, hour = '0', minute = '0', second = '0', half] = us;
  return instantOf({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: hourOf(Number(hour), half),
    minute: Number(minute),
    second: Number(second),
  });
}

/** `M/d/yyyy h:mm:ss tt` in UTC, the form in which Entra's date functions hand dates on. */
export function formatUtc(instant: number): string {
  const date = new Date(instant);
  const two = (number: number) => String(number).padStart(2, '0');
  const hour = date.getUTCHours();
  const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  const half = hour < 12 ? 'AM' : 'PM';
  return `${day} ${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${half}`;
}
