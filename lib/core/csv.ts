/** A row of a file as it stands there. */
export interface CsvRow {
  /** Where it begins, counted from 1, as an editor counts. */
  line: number;
  cells: string[];
}

/**
 * Rows of a CSV text (RFC 4180): cells in quotes may hold separators, quotes written twice and line breaks. The separator is what the
 * first line has most of: comma, semicolon (spreadsheets in much of Europe) or tab. Empty lines are left out. Pure; what is not
 * closed ends with the text.
 */
export function parseCsv(text: string): CsvRow[] {
  const source = text.replace(/^\uFEFF/, '');
  const separator = separatorOf(source);
  const rows: CsvRow[] = [];
  let [cells, cell, quoted, line]: [string[], string, boolean, number] = [[], '', false, 1];
  let began = 1;
  const endRow = () => {
    cells.push(cell);
    if (cells.some((one) => one.trim() !== '')) rows.push({ line: began, cells: cells.map(plainCell) });
    [cells, cell, began] = [[], '', line];
  };
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at] ?? '';
    const isBreak = character === '\n' || character === '\r';
    if (character === '\r' && source[at + 1] === '\n') at += 1;
    if (isBreak) line += 1;
    if (quoted && character === '"' && source[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (quoted) cell += isBreak ? '\n' : character;
    else if (isBreak) endRow();
    else if (character === separator) {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  endRow();
  return rows;
}

function separatorOf(source: string): string {
  const [first = ''] = source.split(/[\r\n]/, 1);
  const count = (separator: string) => first.split(separator).length;
  return [';', '\t'].reduce((best, other) => (count(other) > count(best) ? other : best), ',');
}

/** A cell without the apostrophe that {@link csvCell} put in front. */
const plainCell = (cell: string) => cell.trim().replace(/^'(?=[=+\-@])/, '');

/** A value as a cell. Text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A line of cells, with its end. */
export const csvLine = (values: readonly unknown[]): string => `${values.map(csvCell).join(',')}\r\n`;

/** What a file begins with, so that spreadsheets know that it is UTF-8. */
export const utf8Mark = '\uFEFF';
