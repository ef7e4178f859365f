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

/** What the filters leave, as a file; words are not asked. */
export function ExportDryRun({ runId }: { runId: string }) {
  const search = useSearchParams();
  const download = (format: 'csv' | 'json') => {
    const params = new URLSearchParams(search);
    for (const name of ['cursor', 'q']) params.delete(name);
    params.set('format', format);
    window.location.assign(`/api/dry-runs/${runId}/export?${params}`);
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
