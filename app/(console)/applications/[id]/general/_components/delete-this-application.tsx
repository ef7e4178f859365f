'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import { DeleteApplications } from '../../../_components/delete-applications';

/** The same deletion as in the list, from inside. */
export function DeleteThisApplication({ id, displayLabel }: { id: string; displayLabel: string }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  return (
    <div className="flex max-w-[640px] flex-wrap items-center justify-between gap-3 border-line border-t pt-5">
      <p className="text-muted">Deleting ends SSO and provisioning for good. Accounts over there stay as they are.</p>
      <Button variant="danger-quiet" onClick={() => setOpen(true)}>
        Delete Application
      </Button>
      {open && (
        <DeleteApplications
          ids={[id]}
          labels={[displayLabel]}
          onClose={() => setOpen(false)}
          onDeleted={() => router.push(links.applications())}
        />
      )}
    </div>
  );
}
