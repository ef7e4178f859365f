'use client';

import { ChevronDown, ExternalLink, FastForward, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuLink,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { moveDemoClockAction, resetDemoAction } from '../demo-actions';

const steps = ['40 minutes', '30 days'] as const;

/** What a presenter needs: time that passes at will, and a fresh start. */
export function DemoMenu({ offsetMs, sandboxUrl }: { offsetMs: number; sandboxUrl: string | undefined }) {
  const [asking, setAsking] = useState(false);
  const move = useAction(moveDemoClockAction, {
    success: ({ offsetMs: ahead }) =>
      `The clock is ${inWords(ahead)} ahead. Cycles and deletions that are due now run.`,
  });
  const reset = useAction(resetDemoAction, {
    showError: 'inline',
    // Everything on the page may be gone: begin at the start, or at the sign-in.
    onSuccess: () => window.location.assign('/'),
  });
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button size="sm" pending={move.pending}>
            Demo
            {offsetMs > 0 && <span className="text-muted tabular-nums max-sm:hidden">+{inWords(offsetMs)}</span>}
            <ChevronDown aria-hidden className="text-muted" />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end" className="w-64">
          <DropdownMenuLabel>
            {offsetMs > 0 ? `Clock: ${inWords(offsetMs)} ahead` : 'Clock: real time'}
          </DropdownMenuLabel>
          {steps.map((step) => (
            <DropdownMenuItem key={step} onSelect={() => void move.run({ step })}>
              <FastForward aria-hidden /> Move {step} forward
            </DropdownMenuItem>
          ))}
          <DropdownMenuSeparator />
          {sandboxUrl && (
            <DropdownMenuLink href={sandboxUrl}>
              <ExternalLink aria-hidden /> Open the sandbox
            </DropdownMenuLink>
          )}
          <DropdownMenuItem danger onSelect={() => setAsking(true)}>
            <RotateCcw aria-hidden /> Reset demo…
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <AlertDialog
        open={asking}
        onOpenChange={(open) => {
          setAsking(open);
          reset.clearError();
        }}
        title="Reset the demo?"
        description="The sample directory and the sandbox are as on the first day again."
        confirmLabel="Reset demo"
        danger
        pending={reset.pending}
        onConfirm={() => void reset.run({})}
      >
        <ul className="grid list-disc gap-1 pl-5">
          <li>
            All that you made is deleted: applications, people, groups, settings, tokens, webhooks, events, mails.
          </li>
          <li>In the sandbox, accounts, tokens and SSO settings are deleted too.</li>
          <li>The clock goes back to real time. You stay signed in with a demo sign-in.</li>
        </ul>
        <FormError error={reset.error} />
      </AlertDialog>
    </>
  );
}

function inWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  const parts = [
    days > 0 ? `${days} d` : '',
    hours > 0 ? `${hours} h` : '',
    minutes % 60 > 0 ? `${minutes % 60} min` : '',
  ];
  return parts.filter(Boolean).join(' ');
}
