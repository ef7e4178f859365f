import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn';

/** Nothing here yet, and what to do about it. One action, seldom two. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
  className,
}: {
  /** An icon element's component; from a server component pass nothing or render it in a client file. */
  icon?: LucideIcon;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn('grid justify-items-center gap-2 px-6 py-16 text-center', className)}>
      {Icon && (
        <span className="mb-2 grid size-10 place-items-center rounded-lg border border-line bg-surface text-muted">
          <Icon aria-hidden className="size-5" />
        </span>
      )}
      <p className="font-semibold text-sm">{title}</p>
      {children && <div className="max-w-md text-muted text-sm">{children}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
