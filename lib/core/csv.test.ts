import { expect, test } from 'vitest';
import { csvLine, parseCsv, utf8Mark } from './csv';

test('what is written as CSV is read back, whatever stands in it', () => {
  const cells = ['plain', 'a,b', 'say "hi"', 'two\nlines', '=SUM(1)', '-x', '@y', 'ü', ''];
  const [header, row, ...more] = parseCsv(utf8Mark + csvLine(cells.map((_, at) => `c${at}`)) + csvLine(cells));
  expect(more).toEqual([]);
  expect(header?.cells).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8']);
  expect(row).toEqual({ line: 2, cells });
});

test('the separator is what the first line has most of, and a row knows its line', () => {
  expect(parseCsv('a;b\r\n\r\n"1\r\n2";"x,y"\r\nlast;row')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 3, cells: ['1\n2', 'x,y'] },
    { line: 5, cells: ['last', 'row'] },
  ]);
  expect(parseCsv('a\tb\n1,0\t2').at(1)?.cells).toEqual(['1,0', '2']);
  expect(parseCsv('')).toEqual([]);
});
