import type { Changes } from '@/lib/events/schema';

const most = 3;

/** "title: Engineer → Lead"; a creation names what is sent. */
export function ChangeWords({ changes, created }: { changes: Changes | null; created: boolean }) {
  const entries = Object.entries(changes ?? {});
  if (entries.length === 0) return <span className="text-muted">–</span>;
  if (created) return <span className="text-muted">{`${entries.length} attributes`}</span>;
  const rest = entries.length - most;
  return (
    <span className="text-xs">
      {entries.slice(0, most).map(([path, { from, to }], index) => (
        <span key={path}>
          {index > 0 && ', '}
          <span className="text-muted">{path}:</span> {words(from)} →{' '}
          <strong className="font-medium">{words(to)}</strong>
        </span>
      ))}
      {rest > 0 && <span className="text-muted">{`, and ${rest} more`}</span>}
    </span>
  );
}

function words(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none';
  if (Array.isArray(value)) return value.map(words).join(', ') || 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
