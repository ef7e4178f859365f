'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { AlertDialog } from '@/components/ui/alert-dialog';

type Leave = () => void;

/** Asks on behalf of the page that is shown; absent while nothing on it can be lost. */
let ask: ((leave: Leave) => void) | undefined;

/** Goes on to another page, asking first where something typed would be lost. For navigation that is no link. */
export function leavePage(leave: Leave): void {
  if (ask) ask(leave);
  else leave();
}

/**
 * Keeps what was typed from being lost: asks before a link inside the console is followed or the browser goes back or
 * forward to another page of it, and has the browser ask before the tab is closed or reloaded. Next offers no hook that
 * can hold a navigation, so the click itself is caught, and the browser's own history by the Navigation API.
 */
export function LeaveGuard({ when }: { when: boolean }) {
  const router = useRouter();
  const [leave, setLeave] = useState<Leave>();
  const allowed = useRef(false);

  useEffect(() => {
    if (!when) return;
    allowed.current = false;
    const askFirst = (next: Leave) => setLeave(() => next);
    const beforeUnload = (event: BeforeUnloadEvent) => {
      if (!allowed.current) event.preventDefault();
    };
    const click = (event: MouseEvent) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || link.hasAttribute('download')) return;
      const url = new URL(link.href, window.location.href);
      if (url.origin !== window.location.origin || !leadsAway(url)) return;
      event.preventDefault();
      // Two forms of a page ask once.
      event.stopImmediatePropagation();
      askFirst(() => router.push(url.pathname + url.search + url.hash));
    };
    // To a page of another document the browser asks by itself (beforeunload), and its event cannot be cancelled.
    const navigate = (event: NavigateEvent) => {
      const { navigationType, destination, cancelable } = event;
      if (allowed.current || navigationType !== 'traverse' || !cancelable || event.defaultPrevented) return;
      if (!destination.url || !leadsAway(new URL(destination.url))) return;
      event.preventDefault();
      askFirst(() => window.navigation.traverseTo(destination.key));
    };
    ask = askFirst;
    window.addEventListener('beforeunload', beforeUnload);
    document.addEventListener('click', click, { capture: true });
    window.navigation?.addEventListener('navigate', navigate);
    return () => {
      if (ask === askFirst) ask = undefined;
      window.removeEventListener('beforeunload', beforeUnload);
      document.removeEventListener('click', click, { capture: true });
      window.navigation?.removeEventListener('navigate', navigate);
    };
  }, [when, router]);

  return (
    <AlertDialog
      open={leave !== undefined}
      onOpenChange={(open) => !open && setLeave(undefined)}
      title="Leave without saving?"
      description="What you changed on this page has not been saved and will be lost."
      confirmLabel="Leave page"
      cancelLabel="Stay"
      danger
      onConfirm={() => {
        allowed.current = true;
        setLeave(undefined);
        leave?.();
      }}
    />
  );
}

/** Another page: filters and tabs in the address of this one lose nothing. */
function leadsAway(url: URL): boolean {
  return url.pathname !== window.location.pathname;
}
