'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRef, useState } from 'react';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { Spinner } from '@/components/ui/spinner';
import { indentXml } from '@/lib/core/indent-xml';
import { links } from '@/lib/core/links';
import type { SignInTrial } from '@/lib/sso/sign-in-trials/trials';
import { startTrialAction } from '../actions';

/** A trial as it comes over the wire. */
export type ShownTrial = Omit<SignInTrial, 'startedAt' | 'endedAt'> & { startedAt: string; endedAt: string | null };

const stepMs = 1_500;

/** A real sign-in of who looks at this, in a window of its own; its request and its response then stand here, beside each other. */
export function TrySignIn({
  applicationId,
  appName,
  first,
}: {
  applicationId: string;
  appName: string;
  first: ShownTrial | null;
}) {
  const [blocked, setBlocked] = useState<string>();
  const { data: trial, refetch } = useQuery({
    queryKey: ['sso-trial', applicationId],
    queryFn: async ({ signal }): Promise<ShownTrial | null> => {
      const answer = await fetch(`/api/applications/${applicationId}/sso-trial`, { signal });
      if (!answer.ok) throw new Error(`The trial was refused: ${answer.status}`);
      return ((await answer.json()) as { trial: ShownTrial | null }).trial;
    },
    initialData: first,
    refetchInterval: ({ state }) => (state.data && !state.data.endedAt ? stepMs : false),
  });
  const opened = useRef<Window | null>(null);
  const start = useAction(startTrialAction, {
    showError: 'inline',
    onSuccess: ({ href }) => {
      if (opened.current) opened.current.location.href = href;
      else setBlocked(href);
      void refetch();
    },
  });
  const run = async () => {
    setBlocked(undefined);
    // Opened by the click itself: what is opened later, browsers hold back. It must not reach this page.
    opened.current = window.open('about:blank', '_blank');
    if (opened.current) opened.current.opener = null;
    if (!(await start.run({ applicationId }))) opened.current?.close();
  };
  return (
    <Card
      title={`Try with ${appName}`}
      description="Signs you in there, in a new window, as yourself. What is asked and answered is shown here for a day."
      actions={
        <Button size="sm" pending={start.pending} onClick={() => void run()}>
          Try with the SP
        </Button>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 empty:hidden">
        <FormError error={start.error} />
        {blocked && (
          <p>
            Your browser has held the window back.{' '}
            <a href={blocked} target="_blank" rel="noopener" className="text-accent-text hover:underline">
              Open {appName}
            </a>
          </p>
        )}
        {trial && <Shown trial={trial} appName={appName} />}
      </div>
    </Card>
  );
}

function Shown({ trial, appName }: { trial: ShownTrial; appName: string }) {
  const { asked, response, reference, endedAt } = trial;
  return (
    <>
      <p aria-live="polite" className="flex items-center gap-2">
        {!endedAt && (
          <>
            <Spinner /> {asked ? 'Asked. Waiting for the sign-in…' : `Waiting for ${appName} to ask…`}
          </>
        )}
        {endedAt && response && `Answered. Whether ${appName} takes it, its own window says.`}
        {endedAt && !response && !reference && 'Nothing came within ten minutes.'}
        {reference && (
          <span>
            It failed:{' '}
            <Link href={links.failedSignIn(reference)} className="text-accent-text hover:underline">
              {reference}
            </Link>{' '}
            says why.
          </span>
        )}
      </p>
      {(asked || response) && (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-2">
          <CodeBlock
            label="The request"
            code={
              asked?.xml
                ? indentXml(asked.xml)
                : asked
                  ? JSON.stringify(asked, undefined, 2)
                  : 'None: the sign-in started here.'
            }
            wrap
            maxHeight={480}
          />
          <CodeBlock
            label="The response, without its signature’s value"
            code={response ? indentXml(response) : 'None yet.'}
            wrap
            maxHeight={480}
          />
        </div>
      )}
    </>
  );
}
