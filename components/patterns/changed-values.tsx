import { DiffTable } from './diff-table';

/** What a change did, attribute by attribute; nothing where there is nothing to show. */
export function ChangedValues({
  label,
  changes,
  beforeHeader,
  afterHeader,
}: {
  label: string;
  changes: Readonly<Record<string, { from: unknown; to: unknown }>>;
  beforeHeader?: string;
  afterHeader?: string;
}) {
  const rows = Object.entries(changes).map(([name, { from, to }]) => ({
    name,
    before: text(from),
    after: text(to),
    changed: true,
  }));
  if (rows.length === 0) return null;
  return (
    <DiffTable
      label={label}
      rows={rows}
      {...(beforeHeader ? { beforeHeader } : {})}
      {...(afterHeader ? { afterHeader } : {})}
    />
  );
}

function text(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (Array.isArray(value)) return value.map((one) => text(one) ?? '').join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
