'use client';

import { useRouter } from 'next/navigation';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { links } from '@/lib/core/links';
import { startImportAction } from '../actions';

/** Starts reading the accounts and goes to the import's own page. */
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
  return (
    <Button variant={variant} pending={start.pending} onClick={() => void start.run({ applicationId, replace })}>
      {label}
    </Button>
  );
}
