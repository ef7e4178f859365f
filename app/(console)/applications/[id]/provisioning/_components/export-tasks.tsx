'use client';

import { Download } from 'lucide-react';
import { Button } from '@/components/ui/button';
import type { ManualTaskFilter } from '@/lib/provisioning/schema';

/** The manual tasks that are shown, all of them, as a file. */
export function ExportTasks({ applicationId, state }: { applicationId: string; state: ManualTaskFilter['state'] }) {
  const address = `/api/applications/${applicationId}/manual-tasks?state=${state}`;
  return (
    <Button size="sm" onClick={() => window.location.assign(address)}>
      <Download aria-hidden className="text-muted" />
      Export CSV
    </Button>
  );
}
