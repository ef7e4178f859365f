'use client';

import { ChevronDown } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { links } from '@/lib/core/links';
import { type ImportTakes, importTakes, takesWords } from '@/lib/imports/takes';
import { startImportAction } from '../actions';

/** Starts reading what the settings say, or what is chosen beside the button, and goes to the import's own page. */
export function StartImport({
  applicationId,
  replace = false,
  label = 'Manual import',
  variant = 'primary',
}: {
  applicationId: string;
  /** Gives up the one that waits for review. */
  replace?: boolean;
  label?: string;
  variant?: 'primary' | 'secondary';
}) {
  const router = useRouter();
  const start = useAction(startImportAction, {
    onSuccess: ({ id }) => router.push(links.application(applicationId).import(id)),
  });
  const run = (takes?: ImportTakes) => void start.run({ applicationId, replace, ...(takes ? { takes } : {}) });
  return (
    <span className="inline-flex">
      <Button variant={variant} className="rounded-r-none" pending={start.pending} onClick={() => run()}>
        {label}
      </Button>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button
            variant={variant}
            className="-ml-px rounded-l-none border-l-surface px-2"
            aria-label="Choose what is read"
          >
            <ChevronDown aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          {importTakes.map((takes) => (
            <DropdownMenuItem key={takes} onSelect={() => run(takes)}>
              {takesWords[takes]}
            </DropdownMenuItem>
          ))}
        </DropdownMenuContent>
      </DropdownMenu>
    </span>
  );
}
