import Link from 'next/link';
import { cn } from '@/components/ui/cn';
import { links } from '@/lib/core/links';
import type { DeliveryStateName } from '@/lib/webhooks/schema';

/** The list by state; the choice is in the address. */
export function StateFilter(props: {
  webhookId: string;
  current: DeliveryStateName | undefined;
  waiting: number;
  failed: number;
}) {
  const { webhookId, current } = props;
  const choices: { state: DeliveryStateName | undefined; label: string; count?: number }[] = [
    { state: undefined, label: 'All' },
    { state: 'waiting', label: 'Waiting', count: props.waiting },
    { state: 'failed', label: 'Failed', count: props.failed },
    { state: 'delivered', label: 'Delivered' },
  ];
  return (
    <nav aria-label="Deliveries by state" className="flex rounded-md border border-line bg-surface p-0.5">
      {choices.map(({ state, label, count }) => (
        <Link
          key={label}
          href={links.webhook(webhookId, { state })}
          aria-current={state === current ? 'page' : undefined}
          scroll={false}
          className={cn(
            'inline-flex h-6.5 items-center gap-1.5 rounded-sm px-2.5 font-medium text-xs transition-colors',
            state === current ? 'bg-subtle text-ink' : 'text-muted hover:text-ink',
          )}
        >
          {label}
          {count !== undefined && count > 0 && <span className="tabular-nums">{count.toLocaleString('en')}</span>}
        </Link>
      ))}
    </nav>
  );
}
