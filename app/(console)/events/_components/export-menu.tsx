'use client';

import { Download } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';

/** What the filters match, as a file. */
export function ExportMenu({ application }: { application?: string }) {
  const search = useSearchParams();
  const download = (format: 'csv' | 'json') => {
    const params = new URLSearchParams(search);
    for (const name of ['cursor', 'live']) params.delete(name);
    if (application) params.set('application', application);
    params.set('format', format);
    window.location.assign(`/api/events/export?${params}`);
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button>
          <Download aria-hidden className="text-muted" />
          Export
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => download('csv')}>CSV</DropdownMenuItem>
        <DropdownMenuItem onSelect={() => download('json')}>JSON</DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
