'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useTransition } from 'react';
import { Button } from './button';

/**
 * Pages by key: Next goes to `?cursor=`, Previous is the browser's way back, so that no offset is ever counted.
 * Shown only where there is another page.
 */
export function Pagination({ nextCursor, param = 'cursor' }: { nextCursor?: string | undefined; param?: string }) {
  const router = useRouter();
  const path = usePathname();
  const search = useSearchParams();
  const [pending, start] = useTransition();
  const onLaterPage = search.has(param);
  if (!nextCursor && !onLaterPage) return null;

  const href = (cursor: string | undefined) => {
    const next = new URLSearchParams(search);
    if (cursor === undefined) next.delete(param);
    else next.set(param, cursor);
    const query = next.toString();
    return query ? `${path}?${query}` : path;
  };
  return (
    <nav aria-label="Pages" className="flex items-center gap-2">
      {onLaterPage && (
        <Button size="sm" variant="ghost" onClick={() => start(() => router.push(href(undefined)))}>
          First page
        </Button>
      )}
      <Button size="sm" disabled={!onLaterPage || pending} onClick={() => router.back()}>
        <ChevronLeft aria-hidden /> Previous
      </Button>
      <Button
        size="sm"
        disabled={!nextCursor}
        pending={pending}
        onClick={() => start(() => router.push(href(nextCursor)))}
      >
        Next <ChevronRight aria-hidden />
      </Button>
    </nav>
  );
}
