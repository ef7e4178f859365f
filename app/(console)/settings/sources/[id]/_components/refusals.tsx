import { RelativeTime } from '@/components/patterns/relative-time';

interface Refusal {
  id: string;
  at: Date;
  method: string;
  path: string;
  status: number;
  scimType: string | null;
  detail: string;
  about: string | null;
}

/** What was refused and why, newest first. */
export function Refusals({ rows }: { rows: readonly Refusal[] }) {
  if (rows.length === 0) return <p className="text-muted">Nothing was refused yet.</p>;
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
      {rows.map((row) => (
        <li key={row.id} className="grid gap-0.5 px-4 py-2.5">
          <p className="flex flex-wrap items-baseline gap-x-3">
            <span className="font-medium">
              {row.status}
              {row.scimType && ` ${row.scimType}`}
            </span>
            <span className="break-all font-mono text-muted text-xs">
              {row.method} {row.path.replace(/^\/scim\/v2/, '')}
            </span>
            {row.about && <span className="break-all text-xs">{row.about}</span>}
            <span className="ml-auto text-muted text-xs">
              <RelativeTime at={row.at} />
            </span>
          </p>
          <p className="break-words text-muted">{row.detail}</p>
        </li>
      ))}
    </ul>
  );
}
