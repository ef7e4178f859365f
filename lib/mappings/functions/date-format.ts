import { hourOf, instantOf, offsetMinutes } from '@/lib/mappings/functions/date-text';

/** .NET custom date and time formats (`yyyyMMddHHmmss.fZ`), in the invariant culture and always in UTC. */
type Token = { kind: 'field'; field: string } | { kind: 'literal'; text: string };

const months = 'January February March April May June July August September October November December'.split(' ');
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const standardFormats = new Map<string, string>(
  Object.entries({
    d: 'MM/dd/yyyy',
    s: "yyyy-MM-dd'T'HH:mm:ss",
    o: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
    O: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
    u: "yyyy-MM-dd HH:mm:ss'Z'",
  }),
);

function tokenise(format: string): Token[] {
  const text = standardFormats.get(format) ?? format;
  const tokens: Token[] = [];
  const pattern = /'([^']*)'|"([^"]*)"|\\(.)|%|(y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+|K)|([\s\S])/g;
  for (const [whole, single, double, escaped, field, other] of text.matchAll(pattern)) {
    if (field) tokens.push({ kind: 'field', field });
    else if (whole !== '%') tokens.push({ kind: 'literal', text: single ?? double ?? escaped ?? other ?? '' });
  }
  return tokens;
}

/** What a field of the format accepts. */
function fieldPattern(field: string): string {
  const length = field.length;
  switch (field[0]) {
    case 'y':
      return length <= 2 ? '\\d{2}' : '\\d{4}';
    case 'M':
      return length >= 3 ? '[A-Za-z]+' : length === 2 ? '\\d{2}' : '\\d{1,2}';
    case 'd':
      return length >= 3 ? '[A-Za-z]+' : length === 2 ? '\\d{2}' : '\\d{1,2}';
    case 'f':
      return `\\d{${Math.min(length, 7)}}`;
    case 'F':
      return `\\d{0,${Math.min(length, 7)}}`;
    case 't':
      return length === 1 ? '[AaPp]' : '[AaPp][Mm]';
    case 'z':
      return length >= 3 ? '[+-]\\d{2}:?\\d{2}' : '[+-]\\d{1,2}';
    case 'K':
      return '(?:Z|[+-]\\d{2}:\\d{2})?';
    default:
      return length >= 2 ? '\\d{2}' : '\\d{1,2}';
  }
}

function indexOfName(names: readonly string[], text: string): number {
  const wanted = text.toLowerCase();
  return names.findIndex((name) => name.toLowerCase() === wanted || name.slice(0, 3).toLowerCase() === wanted);
}

/** Milliseconds since 1970 of a text in the given format; undefined where the text does not follow it. */
export function parseWithFormat(text: string, format: string): number | undefined {
  let rest = text.trim();
  const fields = new Map<string, string>();
  for (const token of tokenise(format)) {
    if (token.kind === 'literal') {
      if (!rest.startsWith(token.text)) return undefined;
      rest = rest.slice(token.text.length);
      continue;
    }
    const [found] = new RegExp(`^${fieldPattern(token.field)}`).exec(rest) ?? [];
    if (found === undefined) return undefined;
    rest = rest.slice(found.length);
    const isName = (token.field[0] === 'M' || token.field[0] === 'd') && token.field.length >= 3;
    fields.set(isName ? `${token.field[0]}-name` : (token.field[0] ?? ''), found);
  }
  return rest === '' ? instantOfFields(fields) : undefined;
}

function instantOfFields(fields: ReadonlyMap<string, string>): number | undefined {
  const number = (field: string, absent: number) => Number(fields.get(field) ?? absent);
  const monthName = fields.get('M-name');
  const yearText = fields.get('y') ?? '1';
  const fullYear = yearText.length === 2 ? Number(yearText) + (Number(yearText) < 50 ? 2000 : 1900) : Number(yearText);
  const twelve = fields.get('h');
  return instantOf({
    year: fullYear,
    month: monthName === undefined ? number('M', 1) : indexOfName(months, monthName) + 1,
    day: number('d', 1),
    hour: twelve === undefined ? number('H', 0) : hourOf(Number(twelve), fields.get('t')),
    minute: number('m', 0),
    second: number('s', 0),
    millisecond: Math.floor(Number(`0.${fields.get('f') || fields.get('F') || '0'}`) * 1000),
    offsetMinutes: offsetMinutes(fields.get('z') ?? fields.get('K')),
  });
}

/** The instant in the given format, in UTC. */
export function formatWithFormat(instant: number, format: string): string {
  const date = new Date(instant);
  return tokenise(format)
    .map((token) => (token.kind === 'literal' ? token.text : formatField(date, token.field)))
    .join('');
}

function formatField(date: Date, field: string): string {
  const length = field.length;
  const padded = (number: number, width = Math.min(length, 2)) => String(number).padStart(width, '0');
  const fraction = `${padded(date.getUTCMilliseconds(), 3)}0000`.slice(0, length);
  const hour = date.getUTCHours();
  switch (field[0]) {
    case 'y':
      return length <= 2 ? padded(date.getUTCFullYear() % 100) : padded(date.getUTCFullYear(), length);
    case 'M': {
      const name = months[date.getUTCMonth()] ?? '';
      return length >= 4 ? name : length === 3 ? name.slice(0, 3) : padded(date.getUTCMonth() + 1);
    }
    case 'd': {
      const name = days[date.getUTCDay()] ?? '';
      return length >= 4 ? name : length === 3 ? name.slice(0, 3) : padded(date.getUTCDate());
    }
    case 'H':
      return padded(hour);
    case 'h':
      return padded(hour % 12 || 12);
    case 'm':
      return padded(date.getUTCMinutes());
    case 's':
      return padded(date.getUTCSeconds());
    case 'f':
      return fraction;
    case 'F':
      return fraction.replace(/0+$/, '');
    case 't':
      return (hour < 12 ? 'AM' : 'PM').slice(0, length);
    case 'z':
      return length >= 3 ? '+00:00' : `+${padded(0)}`;
    default:
      return 'Z';
  }
}
