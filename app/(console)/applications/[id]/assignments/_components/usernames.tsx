'use client';

import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { ImportUsernames } from './import-usernames';

/** Application usernames of many people: as a file to look at, and from one. */
export function Usernames({
  application: { id, displayLabel },
  mayWrite,
}: {
  application: { id: string; displayLabel: string };
  mayWrite: boolean;
}) {
  const [importing, setImporting] = useState(false);
  const download = () => window.location.assign(`/api/applications/${id}/usernames`);
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button>
            Usernames
            <ChevronDown aria-hidden className="text-muted" />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent>
          {mayWrite && <DropdownMenuItem onSelect={() => setImporting(true)}>Import CSV…</DropdownMenuItem>}
          <DropdownMenuItem onSelect={download}>Export CSV</DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {importing && <ImportUsernames applicationId={id} appName={displayLabel} onClose={() => setImporting(false)} />}
    </>
  );
}
