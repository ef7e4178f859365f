'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { ProgressBar } from '@/components/patterns/progress-bar';
import { Card } from '@/components/ui/card';
import { useProgress } from './use-progress';

/** Groups are being imported: how many are left, and the page anew whenever that has changed. */
export function RefreshWhileQueued({ importId, queued }: { importId: string; queued: number }) {
  const router = useRouter();
  const left = useProgress(importId, undefined)?.groups.queued;
  const most = useRef(queued);
  useEffect(() => {
    if (left !== undefined && left !== queued) router.refresh();
  }, [left, queued, router]);
  return (
    <Card>
      <ProgressBar
        label="Importing groups"
        done={most.current - Math.min(queued, most.current)}
        total={most.current}
        note="This runs in the background: leave if you like. A group that fails does not stop the others."
      />
    </Card>
  );
}
