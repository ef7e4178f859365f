'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { AlertDialog } from '@/components/ui/alert-dialog';

/**
 * Keeps what was typed from being lost: asks before a link inside the console is followed, and has the browser ask
 * before the tab is closed or reloaded. Next offers no hook that can hold a navigation, so the click itself is caught.
 */
export function LeaveGuard({ when }: { when: boolean }) {
  const router = useRouter();
  const [target, setTarget] = useState<string>();
  const allowed = useRef(false);

  useEffect(() => {
    if (!when) return;
    allowed.current = false;
    const beforeUnload = (event: BeforeUnloadEvent) => {
      if (!allowed.current) event.preventDefault();
    };
    const click = (event: MouseEvent) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || link.hasAttribute('download')) return;
      const url = new URL(link.href, window.location.href);
      if (url.origin !== window.location.origin || url.pathname === window.location.pathname) return;
      event.preventDefault();
      event.stopPropagation();
      setTarget(url.pathname + url.search + url.hash);
    };
    window.addEventListener('beforeunload', beforeUnload);
    document.addEventListener('click', click, { capture: true });
    return () => {
      window.removeEventListener('beforeunload', beforeUnload);
      document.removeEventListener('click', click, { capture: true });
    };
  }, [when]);

  return (
    <AlertDialog
      open={target !== undefined}
      onOpenChange={(open) => !open && setTarget(undefined)}
      title="Leave without saving?"
      description="What you changed on this page has not been saved and will be lost."
      confirmLabel="Leave page"
      cancelLabel="Stay"
      danger
      onConfirm={() => {
        const to = target;
        allowed.current = true;
        setTarget(undefined);
        if (to) router.push(to);
      }}
    />
  );
}
