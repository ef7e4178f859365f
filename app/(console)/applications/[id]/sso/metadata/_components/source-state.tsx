'use client';

import { FormError } from '@/components/patterns/form-error';
import { RelativeTime, utcMinute } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import type { SpMetadataSourceView } from '@/lib/sso/sp-metadata/queries';
import { refreshSpMetadataAction } from '../../actions';

/** When it was read, when again, and what is wrong. */
export function SourceState({
  applicationId,
  source,
  expired,
  readOnly,
}: {
  applicationId: string;
  source: SpMetadataSourceView;
  expired: boolean;
  readOnly: boolean;
}) {
  const { run, pending, error } = useAction(refreshSpMetadataAction, { showError: 'inline' });
  const { failingSince, failure, readAt, nextAt, validUntil } = source;
  return (
    <Card
      title="State"
      actions={
        readOnly ? undefined : (
          <Button size="sm" pending={pending} onClick={() => void run({ applicationId })}>
            Read now
          </Button>
        )
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <FormError error={error} />
        {failingSince && (
          <Callout kind={expired ? 'error' : 'warning'} title={`Cannot be read since ${utcMinute(failingSince)}`}>
            <p className="break-words">{failure}</p>
            <p>
              {expired
                ? 'What was read before has expired, and people are signed in by it all the same. It is tried again every hour.'
                : 'What was read before stands. It is tried again every hour.'}
            </p>
          </Callout>
        )}
        {expired && !failingSince && (
          <Callout kind="error" title="It has expired">
            What was read last does not hold any more. People are signed in by it until a newer one is read.
          </Callout>
        )}
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1.5">
          <dt className="text-muted">{failingSince ? 'Last try' : 'Last read'}</dt>
          <dd>
            <RelativeTime at={readAt} />
          </dd>
          <dt className="text-muted">Next</dt>
          <dd>
            <RelativeTime at={nextAt} tense="future" />
          </dd>
          <dt className="text-muted">{expired ? 'Expired' : 'Holds until'}</dt>
          <dd>{validUntil ? utcMinute(validUntil) : 'It does not say'}</dd>
          <dt className="text-muted">Signature</dt>
          <dd>{source.certificate ? 'Checked each time' : 'Not asked for'}</dd>
        </dl>
      </div>
    </Card>
  );
}
