'use client';

import { useEffect, useState } from 'react';
import { useAction } from '@/components/patterns/use-action';
import { oauthPaths } from '@/lib/core/links';
import { startAuthorizationAction } from '../actions';

/** Sends the browser to the authorisation server of an application. `leaving`: it is on its way, and nothing typed here is lost. */
export function useConnecting() {
  const [to, setTo] = useState<string>();
  const start = useAction(startAuthorizationAction, {
    onSuccess: ({ authorizationId }) => setTo(oauthPaths.connect(authorizationId)),
    showError: 'inline',
  });
  // In an effect: whatever would hold the browser here has heard of it by then.
  useEffect(() => {
    if (!to) return;
    window.location.assign(to);
    // Whoever goes back may find the page as it was left.
    const backAgain = () => setTo(undefined);
    window.addEventListener('pageshow', backAgain);
    return () => window.removeEventListener('pageshow', backAgain);
  }, [to]);
  return {
    start: start.run,
    error: start.error,
    pending: start.pending || to !== undefined,
    leaving: to !== undefined,
  };
}
