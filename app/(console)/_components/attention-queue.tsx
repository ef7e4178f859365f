import { Users, Webhook } from 'lucide-react';
import { AppTile } from '@/components/ui/app-tile';
import { LinkButton } from '@/components/ui/button';
import { ToneIcon } from '@/components/ui/status';
import { links } from '@/lib/core/links';
import type { AttentionItem } from '@/lib/home/schema';

/** With what whoever looks can do about it. */
type OfferedItem = Omit<AttentionItem, 'action'> & { action: { label: string; href: string } };

/** What needs somebody: one line, one cause, one action. */
export function AttentionQueue({ items }: { items: readonly OfferedItem[] }) {
  if (items.length === 0) {
    return (
      <p className="flex items-center gap-2.5 rounded-lg border border-line bg-surface px-4 py-3">
        <ToneIcon tone="ok" /> Nothing needs attention.
      </p>
    );
  }
  return (
    <ul aria-label="Needs attention" className="divide-y divide-line rounded-lg border border-line bg-surface">
      {items.map((item) => (
        <li key={item.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
          <ToneIcon tone={item.severity === 'error' ? 'error' : 'attention'} />
          {item.application ? (
            <AppTile
              name={item.subject}
              color={item.application.logoColor}
              image={item.application.logoImage}
              size="sm"
            />
          ) : (
            <OtherSubject item={item} />
          )}
          <div className="grid min-w-0 flex-1 basis-56">
            <p className="font-medium">
              <span className="sr-only">{item.severity === 'error' ? 'Error: ' : 'Warning: '}</span>
              {item.subject}: {item.title}
            </p>
            <p className="line-clamp-3 text-muted sm:line-clamp-1" title={item.cause}>
              {item.cause}
            </p>
          </div>
          <LinkButton size="sm" href={item.action.href}>
            {item.action.label}
          </LinkButton>
        </li>
      ))}
    </ul>
  );
}

/** A webhook, or names in the directory. */
function OtherSubject({ item }: { item: OfferedItem }) {
  const Icon = item.action.href.startsWith(links.webhooks()) ? Webhook : Users;
  return <Icon aria-hidden className="size-6 shrink-0 p-0.5 text-muted" />;
}
