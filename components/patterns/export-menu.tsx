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

/** What the filters of a list leave, as a file. */
export function ExportMenu({
  address,
  without = [],
  also = {},
}: {
  /** Of the route that answers `?format=csv` and `?format=json`. */
  address: string;
  /** Parameters of the page that the file does not go by; the place in the list never is one. */
  without?: readonly string[];
  also?: Readonly<Record<string, string>>;
}) {
  const search = useSearchParams();
  const download = (format: 'csv' | 'json') => {
    const params = new URLSearchParams(search);
    for (const name of ['cursor', ...without]) params.delete(name);
    for (const [name, value] of Object.entries(also)) params.set(name, value);
    params.set('format', format);
    window.location.assign(`${address}?${params}`);
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
