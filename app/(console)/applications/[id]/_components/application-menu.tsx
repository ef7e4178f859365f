'use client';

import { ArrowRightLeft, Copy, MoreHorizontal } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import type { CopiedApplication } from './copy-fields';
import { DuplicateApplication } from './duplicate-application';
import { StartMigration } from './start-migration';

/** What is done with an application as a whole. */
export function ApplicationMenu({ application, isMoving }: { application: CopiedApplication; isMoving: boolean }) {
  const [open, setOpen] = useState<'duplicate' | 'migrate'>();
  const close = () => setOpen(undefined);
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <IconButton label={`More actions for ${application.displayLabel}`}>
            <MoreHorizontal aria-hidden />
          </IconButton>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem onSelect={() => setOpen('duplicate')}>
            <Copy aria-hidden /> Duplicate
          </DropdownMenuItem>
          {application.kind === 'saml' && !isMoving && (
            <DropdownMenuItem onSelect={() => setOpen('migrate')}>
              <ArrowRightLeft aria-hidden /> Migrate to a new instance
            </DropdownMenuItem>
          )}
        </DropdownMenuContent>
      </DropdownMenu>
      {open === 'duplicate' && <DuplicateApplication application={application} onClose={close} />}
      {open === 'migrate' && <StartMigration application={application} onClose={close} />}
    </>
  );
}
