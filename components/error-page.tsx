'use client';

import { useEffect } from 'react';
import { Button, LinkButton } from '@/components/ui/button';
import { Code } from '@/components/ui/code-block';
import { MessagePage } from './message-page';

/** What an error boundary shows. In production the message is masked; the digest finds it in the server's log. */
export function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  useEffect(() => {
    console.error(error);
  }, [error]);
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : undefined;
  return (
    <MessagePage
      title="This page could not be shown"
      actions={
        <>
          <LinkButton href="/">Go to the start page</LinkButton>
          <Button variant="primary" onClick={retry}>
            Try again
          </Button>
        </>
      }
    >
      <p>Something went wrong on the server. Nothing was changed by opening this page.</p>
      {digest && (
        <p>
          If it happens again, tell whoever runs Latchkey this number: <Code>{digest}</Code>.
        </p>
      )}
    </MessagePage>
  );
}
