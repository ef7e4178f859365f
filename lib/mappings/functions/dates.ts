import { formatWithFormat, parseWithFormat } from '@/lib/mappings/functions/date-format';
import { formatUtc, parseDate } from '@/lib/mappings/functions/date-text';
import type { Call, FunctionEntry } from '@/lib/mappings/functions/function';

const second = 1_000;
const day = 86_400 * second;
/** Interval names of DateAdd and DateDiff with their length; months and years have none. */
const intervals = new Map<string, number>(
  Object.entries({
    ww: 7 * day,
    d: day,
    h: 3_600 * second,
    n: 60 * second,
    s: second,
  }),
);
/** Milliseconds between 1601-01-01, where Active Directory's dates start, and 1970-01-01. */
const directoryEpoch = 11_644_473_600_000;
const ticksPerMillisecond = 10_000;

/** The argument as an instant; undefined where it has no value. @throws ExpressionError where it is no date */
function instant(call: Call, index: number): number | undefined {
  const text = call.text(index);
  if (text === null || text.trim() === '') return undefined;
  return (
    parseDate(text) ??
    call.fail(
      `"${text.slice(0, 40)}" is not a date. Write 2024-12-31 or 2024-12-31T23:59:59Z, or use FormatDateTime.`,
      index,
    )
  );
}

function inRange(call: Call, time: number): number {
  const year = new Date(time).getUTCFullYear();
  return year >= 1 && year <= 9999 ? time : call.fail('The date is outside the years 1 to 9999.');
}

function interval(call: Call): string {
  const name = call.text(0) ?? '';
  if (intervals.has(name) || name === 'm' || name === 'yyyy') return name;
  return call.fail('The interval is one of "yyyy", "m", "d", "ww", "h", "n" (minutes) and "s".', 0);
}

/** A month later than 31 January is the last day of February, as in Visual Basic. */
function addMonths(time: number, count: number): number {
  const date = new Date(time);
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(dayOfMonth, lastDay));
  return date.getTime();
}

function dateAdd(call: Call): string | null {
  const name = interval(call);
  const count = call.integer(1);
  const time = instant(call, 2);
  if (time === undefined) return null;
  const length = intervals.get(name);
  const moved = length === undefined ? addMonths(time, name === 'yyyy' ? count * 12 : count) : time + count * length;
  return formatUtc(inRange(call, moved));
}

/** Years, months and weeks (from Sunday) count the borders crossed; the others whole units elapsed. */
function dateDiff(call: Call): number | null {
  const name = interval(call);
  const from = instant(call, 1);
  const to = instant(call, 2);
  if (from === undefined || to === undefined) return null;
  const [first, last] = [new Date(from), new Date(to)];
  const years = last.getUTCFullYear() - first.getUTCFullYear();
  if (name === 'yyyy') return years;
  if (name === 'm') return years * 12 + last.getUTCMonth() - first.getUTCMonth();
  if (name === 'ww') {
    const elapsed = to - last.getUTCDay() * day - (from - first.getUTCDay() * day);
    return whole(Math.trunc(elapsed / day) / 7);
  }
  return whole((to - from) / (intervals.get(name) ?? day));
}

/** Without -0, which JSON and people write as 0. */
function whole(number: number): number {
  return Math.trunc(number) || 0;
}

function formatDateTime(call: Call): string | null {
  const source = call.text(0);
  if (source === null || source.trim() === '') return null;
  if (/AssumeLocal/i.test(call.text(1) ?? '')) call.fail('AssumeLocal is not supported: dates are in UTC here.', 1);
  const inputFormat = call.text(2) ?? '';
  const time = inputFormat === '' ? parseDate(source) : parseWithFormat(source, inputFormat);
  if (time === undefined) {
    return call.fail(`"${source.slice(0, 40)}" does not have the form ${inputFormat || 'of a date'}.`, 0);
  }
  return formatWithFormat(inRange(call, time), call.text(3) ?? '');
}

export const dateFunctions: readonly FunctionEntry[] = [
  {
    name: 'CDate',
    signature: 'CDate(expression)',
    summary: 'A text as a date and time in UTC.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => {
      const time = instant(call, 0);
      return time === undefined ? null : formatUtc(inRange(call, time));
    },
  },
  {
    name: 'DateAdd',
    signature: 'DateAdd(interval, value, dateTime)',
    summary:
      'A date moved by a number of years (yyyy), months (m), weeks (ww), days (d), hours (h), minutes (n) or seconds (s).',
    minArgs: 3,
    maxArgs: 3,
    pure: true,
    apply: dateAdd,
  },
  {
    name: 'DateDiff',
    signature: 'DateDiff(interval, date1, date2)',
    summary:
      'The time from date1 to date2 in years (yyyy), months (m), weeks (ww), days (d), hours (h), minutes (n) or seconds (s).',
    minArgs: 3,
    maxArgs: 3,
    pure: true,
    apply: dateDiff,
  },
  {
    name: 'DateFromNum',
    signature: 'DateFromNum(value)',
    summary: 'A date of Active Directory (100 nanoseconds since 1601) as a date and time.',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => {
      if (call.value(0) === null) return null;
      return formatUtc(inRange(call, Math.floor(call.number(0) / ticksPerMillisecond) - directoryEpoch));
    },
  },
  {
    name: 'FormatDateTime',
    signature: 'FormatDateTime(source, dateTimeStyles, inputFormat, outputFormat)',
    summary: 'A date in another format; formats are those of .NET, such as "yyyy-MM-dd".',
    minArgs: 4,
    maxArgs: 4,
    mayBeEmpty: [1, 2],
    pure: true,
    apply: formatDateTime,
  },
  {
    name: 'NumFromDate',
    signature: 'NumFromDate(value)',
    summary: 'A date and time as a number of Active Directory (100 nanoseconds since 1601).',
    minArgs: 1,
    maxArgs: 1,
    pure: true,
    apply: (call) => {
      const time = instant(call, 0);
      return time === undefined ? null : (time + directoryEpoch) * ticksPerMillisecond;
    },
  },
];
