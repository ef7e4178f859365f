import type { ReactNode } from 'react';
import { Breadcrumb, type Crumb } from '@/components/ui/breadcrumb';

/** The head of a page: where we are, its name, its state, its actions. */
export function PageHeader({
  title,
  description,
  crumbs,
  tile,
  status,
  actions,
  next,
}: {
  title: ReactNode;
  description?: ReactNode;
  crumbs?: readonly Crumb[];
  /** An AppTile or Avatar, left of the title. */
  tile?: ReactNode;
  /** Status words, right of the title. */
  status?: ReactNode;
  actions?: ReactNode;
  /** The next step, kept in sight: "Next: test the connection". */
  next?: ReactNode;
}) {
  return (
    <header className="grid gap-3 pb-5">
      {crumbs && <Breadcrumb items={crumbs} />}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 items-center gap-3">
          {tile}
          <div className="grid min-w-0 gap-0.5">
            <h1 className="break-words font-semibold text-lg">{title}</h1>
            {description && <div className="max-w-prose text-muted">{description}</div>}
          </div>
        </div>
        {(status || actions) && (
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            {status}
            {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
          </div>
        )}
      </div>
      {next && (
        <div className="flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface px-3 py-2">
          {next}
        </div>
      )}
    </header>
  );
}
