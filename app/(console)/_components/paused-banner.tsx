'use client';

import { useQuery } from '@tanstack/react-query';
import { Callout } from '@/components/ui/callout';
import type { ProvisioningPause } from '@/lib/settings/provisioning-pause';
import { PauseEverything } from './pause-everything';

/** How often a page that stays open asks whether somebody has paused or resumed, in milliseconds. */
const everyMs = 20_000;

/** On every page while all provisioning is paused. A layout is not rendered again on navigation: it asks by itself. */
export function PausedBanner({ pause, mayResume }: { pause: ProvisioningPause | null; mayResume: boolean }) {
  const { data } = useQuery({
    queryKey: ['provisioning-pause', pause],
    initialData: pause,
    staleTime: everyMs,
    refetchInterval: everyMs,
    queryFn: async (): Promise<ProvisioningPause | null> => {
      const answer = await fetch('/api/provisioning-pause');
      if (!answer.ok) throw new Error(`Refused: ${answer.status}`);
      return answer.json();
    },
  });
  if (!data) return null;
  return (
    <div role="status" className="px-4 pt-3 sm:px-6">
      <Callout kind="warning" title="All provisioning is paused" actions={mayResume && <PauseEverything paused />}>
        Nothing is sent to any application. Paused by {data.by} on{' '}
        <time dateTime={data.since}>{data.since.slice(0, 16).replace('T', ' ')} UTC</time>; what changes waits until it
        is resumed. Sign-in goes on.
      </Callout>
    </div>
  );
}
