'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Tabs as Radix } from 'radix-ui';
import { type ComponentProps, type ReactNode, useEffect, useRef } from 'react';
import { cn } from './cn';

const bar = 'flex gap-1 overflow-x-auto border-line border-b [scrollbar-width:none]';
const tab =
  'relative -mb-px flex h-9 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-t-md border-transparent border-b-2 px-2.5 font-medium text-muted text-sm transition-colors hover:text-ink focus-visible:-outline-offset-2';

export interface LinkTab {
  href: string;
  label: ReactNode;
  count?: number | undefined;
  /** A dot or a mark after the label, with its own accessible words. */
  mark?: ReactNode;
  /** Only this exact path makes it current (the first tab of an application). */
  exact?: boolean;
}

/** Tabs that are pages: each has its URL, the current one follows the path. */
export function LinkTabs({ label, tabs, className }: { label: string; tabs: readonly LinkTab[]; className?: string }) {
  const path = usePathname();
  const current = useRef<HTMLAnchorElement>(null);
  // On a phone the bar scrolls; the current tab must be in sight after navigating to it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what moves the current tab.
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [path]);
  return (
    <nav aria-label={label} className={cn(bar, className)}>
      {tabs.map((item) => {
        const active = item.exact ? path === item.href : path === item.href || path.startsWith(`${item.href}/`);
        return (
          <Link
            key={item.href}
            href={item.href}
            ref={active ? current : null}
            aria-current={active ? 'page' : undefined}
            className={cn(tab, active && 'border-accent text-ink')}
          >
            {item.label}
            {item.count !== undefined && <Count>{item.count}</Count>}
            {item.mark}
          </Link>
        );
      })}
    </nav>
  );
}

function Count({ children }: { children: number }) {
  return (
    <span className="rounded-full bg-subtle px-1.5 text-muted text-xs tabular-nums">
      {children.toLocaleString('en')}
    </span>
  );
}

export const Tabs = Radix.Root;
export const TabsContent = Radix.Content;

/** The bar of tabs within a page (radix): put TabsTrigger inside. */
export function TabsList({ className, ...rest }: ComponentProps<typeof Radix.List>) {
  return <Radix.List className={cn(bar, className)} {...rest} />;
}

export function TabsTrigger({ className, ...rest }: ComponentProps<typeof Radix.Trigger>) {
  return (
    <Radix.Trigger
      className={cn(tab, 'data-[state=active]:border-accent data-[state=active]:text-ink', className)}
      {...rest}
    />
  );
}
