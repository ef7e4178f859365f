import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';

/** A plain table with the look of DataTable, for short lists inside a page. `label` names it; `flush` inside a flush Card. */
export function Table({
  label,
  flush = false,
  className,
  ...rest
}: ComponentProps<'table'> & { label: string; flush?: boolean }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by keyboard.
      tabIndex={0}
      className={cn(
        'relative overflow-x-auto',
        flush ? 'border-line border-t' : 'rounded-lg border border-line bg-surface',
      )}
    >
      <table
        aria-label={label}
        className={cn('w-full border-separate border-spacing-0 text-left', className)}
        {...rest}
      />
    </section>
  );
}

export function TableHead({ className, ...rest }: ComponentProps<'thead'>) {
  return <thead className={cn('text-muted', className)} {...rest} />;
}

export function TableBody(props: ComponentProps<'tbody'>) {
  return <tbody {...props} />;
}

export function TableRow({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr className={cn('group/row', className)} {...rest} />;
}

/** A head cell; `numeric` puts it to the right. */
export function Th({ numeric, className, ...rest }: ComponentProps<'th'> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      className={cn(
        'h-9 whitespace-nowrap border-line border-b px-3 font-medium text-xs',
        numeric && 'text-right',
        className,
      )}
      {...rest}
    />
  );
}

/** A cell, 40 px high; `mono` for IDs and URLs. */
export function Td({
  numeric,
  mono,
  className,
  ...rest
}: ComponentProps<'td'> & { numeric?: boolean; mono?: boolean }) {
  return (
    <td
      className={cn(
        'h-10 border-line border-b px-3 py-1.5 group-last/row:border-b-0',
        numeric && 'text-right',
        mono && 'font-mono text-xs leading-5',
        className,
      )}
      {...rest}
    />
  );
}

/** Names and values one below the other: the details of a person, an event, a certificate. */
export function DescriptionList({
  items,
  className,
}: {
  items: readonly { label: ReactNode; value: ReactNode; mono?: boolean }[];
  className?: string;
}) {
  return (
    <dl className={cn('grid grid-cols-[minmax(7rem,max-content)_minmax(0,1fr)] gap-x-6 gap-y-2', className)}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: labels may be nodes and the list is static.
        <div key={index} className="contents">
          <dt className="text-muted">{item.label}</dt>
          <dd className={cn('min-w-0 break-words', item.mono && 'break-all font-mono text-xs leading-5')}>
            {item.value ?? <span className="text-muted">None</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
