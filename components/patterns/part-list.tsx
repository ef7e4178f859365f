'use client';

import { ChevronDown } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from '@/components/ui/cn';

export interface Part {
  href: string;
  label: string;
}

/** The parts of a page that is too long for one, each with its address: a list at its side, folded where there is little room. */
export function PartList({ label, parts }: { label: string; parts: readonly Part[] }) {
  const path = usePathname();
  const current = parts.find(({ href }) => href === path);
  const list = (
    <ul className="grid gap-0.5">
      {parts.map((part) => (
        <li key={part.href}>
          <Link
            href={part.href}
            aria-current={part === current ? 'page' : undefined}
            className={cn(
              'block rounded-md px-2.5 py-1.5 text-muted text-sm transition-colors hover:bg-subtle hover:text-ink',
              part === current && 'bg-subtle font-medium text-ink',
            )}
          >
            {part.label}
          </Link>
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <nav aria-label={label} className="sticky top-4 max-lg:hidden">
        {list}
      </nav>
      {/* Another page folds it again. */}
      <details key={path} className="group rounded-lg border border-line bg-surface lg:hidden">
        <summary className="flex cursor-pointer list-none items-center justify-between gap-2 rounded-lg px-3 py-2 font-medium [&::-webkit-details-marker]:hidden">
          <span>
            <span className="sr-only">{label}: </span>
            {current?.label ?? label}
          </span>
          <ChevronDown aria-hidden className="size-4 text-muted transition-transform group-open:rotate-180" />
        </summary>
        <nav aria-label={label} className="border-line border-t p-1.5">
          {list}
        </nav>
      </details>
    </>
  );
}
