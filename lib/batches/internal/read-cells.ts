import type { FileField } from '@/lib/directory/file-fields';
import { asTyped } from '@/lib/directory/typed-value';
import type { AttributeType } from '@/lib/filters/check-filter';
import { customField } from '../file-columns';

/** What lines are understood by. */
export interface FileContext {
  /** What each column is. */
  columns: readonly string[];
  customAttributes: ReadonlyMap<string, AttributeType>;
  /** Folded names of people who are in the file, too: a manager may be one of them. */
  inFile?: ReadonlySet<string>;
}

/** What stands in a line, by field. An empty cell says nothing: what is stored stays. */
export interface ReadLine {
  values: Partial<Record<FileField, string>>;
  customAttributes: Record<string, string | number | boolean>;
  problem?: string;
}

/** Cells by what their columns are, custom attributes by their type. */
export function readCells(cells: readonly string[], { columns, customAttributes }: FileContext): ReadLine {
  const read: ReadLine = { values: {}, customAttributes: {} };
  for (const [index, column] of columns.entries()) {
    const cell = (cells[index] ?? '').trim();
    if (!column || cell === '') continue;
    if (!column.startsWith(customField)) {
      read.values[column as FileField] = cell;
      continue;
    }
    const name = column.slice(customField.length);
    const value = asTyped(cell, customAttributes.get(name));
    if (value === undefined) read.problem = `${name} is “${cell}”, which is no ${customAttributes.get(name)}.`;
    else read.customAttributes[name] = value;
  }
  if (cells.length > columns.length && cells.slice(columns.length).some((cell) => cell.trim() !== '')) {
    read.problem = 'This line has more cells than the file has columns. Put texts with separators in quotes.';
  }
  return read;
}
