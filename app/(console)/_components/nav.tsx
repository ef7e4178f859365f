'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { cn } from '@/components/ui/cn';
import { isCurrent, navGroups } from './nav-items';

/** The console's navigation, in the column and in the phone's drawer. */
export function Nav({
  administrator,
  head,
  onNavigate,
}: {
  administrator: boolean;
  /** Above the items: the mark. */
  head?: ReactNode;
  onNavigate?: () => void;
}) {
  const path = usePathname();
  return (
    <nav aria-label="Main" className="grid content-start gap-5">
      {head}
      {navGroups.map((group) => {
        const items = group.items.filter((item) => administrator || !item.administrator);
        if (items.length === 0) return null;
        return (
          <div key={group.label ?? 'top'}>
            {group.label && (
              <h2 className="px-2 pb-1 font-medium text-muted text-xs uppercase tracking-wide">{group.label}</h2>
            )}
            <ul className="grid gap-0.5">
              {items.map((item) => {
                const current = isCurrent(item, path);
                return (
                  <li key={item.href}>
                    <Link
                      href={item.href}
                      aria-current={current ? 'page' : undefined}
                      {...(onNavigate ? { onClick: onNavigate } : {})}
                      className={cn(
                        'flex h-8 items-center gap-2.5 rounded-md px-2 transition-colors max-md:h-10',
                        current ? 'bg-subtle font-medium text-ink' : 'text-muted hover:bg-subtle hover:text-ink',
                      )}
                    >
                      <item.icon aria-hidden className={cn('size-4 shrink-0', current && 'text-accent-text')} />
                      {item.label}
                    </Link>
                  </li>
                );
              })}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
