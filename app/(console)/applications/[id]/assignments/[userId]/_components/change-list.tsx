import type { Changes } from '@/lib/events/schema';

/** Attribute, before and after, one below the other. */
export function ChangeList({ changes }: { changes: Changes }) {
  const entries = Object.entries(changes);
  if (entries.length === 0) return null;
  return (
    <dl className="mt-3 grid gap-1.5">
      {entries.map(([path, { from, to, drift }]) => (
        <div key={path} className="grid gap-0.5 rounded-md bg-subtle px-2.5 py-1.5">
          <dt className="break-all text-muted text-xs">
            {path}
            {drift && ' · changed in the application'}
          </dt>
          <dd className="break-all font-mono text-xs">
            {!isNothing(from) && (
              <>
                <del className="text-muted">{words(from)}</del> →{' '}
              </>
            )}
            <ins className="no-underline">{isNothing(to) ? 'none' : words(to)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
