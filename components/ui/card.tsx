import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';

/** A bordered surface. With `title` it gets a head; `actions` stand at its right; `flush` leaves the padding to the content. */
export function Card({
  title,
  description,
  actions,
  footer,
  flush = false,
  className,
  children,
  ...rest
}: Omit<ComponentProps<'section'>, 'title'> & {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  flush?: boolean;
}) {
  return (
    <section className={cn('min-w-0 rounded-lg border border-line bg-surface', className)} {...rest}>
      {(title || actions) && (
        <header className={cn('flex flex-wrap items-start justify-between gap-3 px-4 pt-4', flush && 'pb-3')}>
          <div className="grid gap-0.5">
            {title && <h2 className="font-semibold text-sm">{title}</h2>}
            {description && <p className="text-muted text-xs">{description}</p>}
          </div>
          {actions && <div className="flex items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={cn(!flush && 'p-4')}>{children}</div>
      {footer && <footer className="border-line border-t px-4 py-3 text-muted text-xs">{footer}</footer>}
    </section>
  );
}

/** A part of a long form or page: heading and words on the left, content on the right; one column where there is little room. */
export function Section({
  title,
  description,
  actions,
  stacked = false,
  className,
  children,
  ...rest
}: Omit<ComponentProps<'section'>, 'title'> & {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** Heading above the content instead of beside it. */
  stacked?: boolean;
}) {
  return (
    <section className={cn('@container border-line border-t py-6 first:border-t-0 first:pt-0', className)} {...rest}>
      <div className={cn('grid gap-x-8 gap-y-4', !stacked && '@2xl:grid-cols-[240px_minmax(0,1fr)]')}>
        <header
          className={cn('flex items-start justify-between gap-4', !stacked && '@2xl:flex-col @2xl:justify-start')}
        >
          <div className="grid gap-1">
            <h2 className="font-semibold text-sm">{title}</h2>
            {description && <p className="max-w-prose text-muted text-xs">{description}</p>}
          </div>
          {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
        </header>
        <div className="min-w-0">{children}</div>
      </div>
    </section>
  );
}
