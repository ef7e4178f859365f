import type { ReactNode } from 'react';
import { TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';

/** The end of a batch: "412 of 420 imported · 8 failed", with a way to the 8. */
export function ResultNotice({
  done,
  total,
  failed,
  verb,
  failedHref,
  actions,
  children,
}: {
  done: number;
  total: number;
  failed: number;
  /** Past participle: "imported". */
  verb: string;
  failedHref?: string;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  const kind = failed === 0 ? 'ok' : done === 0 ? 'error' : 'warning';
  return (
    <Callout
      kind={kind}
      title={`${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${verb}${failed > 0 ? ` · ${failed.toLocaleString('en')} failed` : ''}`}
      actions={
        <>
          {failed > 0 && failedHref && (
            <TextLink href={failedHref}>See the {failed.toLocaleString('en')} that failed</TextLink>
          )}
          {actions}
        </>
      }
    >
      {children}
    </Callout>
  );
}
