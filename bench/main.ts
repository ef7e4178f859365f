import { expressionComparison } from './expressions';
import { type Measured, measure } from './measure';
import { planningComparison } from './planning';
import { samlComparisons } from './saml';

const rounds = 11;

const comparisons = [...(await samlComparisons()), expressionComparison(), planningComparison()];
console.log(`Each beside its limit, in one run: median of ${rounds} rounds. A ratio of 1 is as fast as the limit.\n`);
const measured = comparisons.map((comparison) => measure(comparison, rounds));
for (const line of table(measured)) console.log(line);

function table(rows: readonly Measured[]): string[] {
  const cells = [
    ['what', 'limit', 'µs', 'µs of the limit', 'ratio', 'lowest – highest'],
    ...rows.map((row) => [
      row.name,
      row.limitName,
      microseconds(row.oursUs),
      microseconds(row.limitUs),
      row.ratio.toFixed(2),
      `${row.lowest.toFixed(2)} – ${row.highest.toFixed(2)}`,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function microseconds(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2);
}
