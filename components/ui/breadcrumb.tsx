import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';

export interface Crumb {
  label: ReactNode;
  href?: string;
}

/** Where we are: links to the parents, the current page last and plain. @param label another one where a page has two */
export function Breadcrumb({ items, label = 'Breadcrumb' }: { items: readonly Crumb[]; label?: string }) {
  return (
    <nav aria-label={label}>
      <ol className="flex flex-wrap items-center gap-1 text-muted text-xs">
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a path is positional.
          <li key={index} className="flex items-center gap-1">
            {index > 0 && <ChevronRight aria-hidden className="size-3" />}
            {item.href ? (
              <Link href={item.href} className="rounded-sm hover:text-ink hover:underline">
                {item.label}
              </Link>
            ) : (
              <span aria-current={index === items.length - 1 ? 'page' : undefined}>{item.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
