'use client';

import { DiffTable } from '@/components/patterns/diff-table';
import { FormError } from '@/components/patterns/form-error';
import { RelativeTime } from '@/components/patterns/relative-time';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import type { SpMetadataSourceView } from '@/lib/sso/sp-metadata/queries';
import { applyHeldMetadataAction, rejectHeldMetadataAction } from '../../actions';

type Held = NonNullable<SpMetadataSourceView['held']>;

const labels: Record<Held['differences'][number]['field'], string> = {
  spEntityId: 'SP Entity ID',
  acsUrls: 'ACS URLs',
  spCertificates: 'SP certificates',
  encryptionCertificate: 'Encryption certificate',
  nameIdFormat: 'NameID format',
  nameIdSource: 'NameID made from',
  signAssertion: 'Sign assertion',
  requireSignedRequests: 'Require signed requests',
  logoutUrl: 'Single logout URL',
  logoutResponseUrl: 'Logout response URL',
  logoutBinding: 'Logout binding',
};

/** What the metadata would change: old beside new, and the two answers. */
export function HeldMetadata({
  applicationId,
  appName,
  held,
  readOnly,
}: {
  applicationId: string;
  appName: string;
  held: Held;
  readOnly: boolean;
}) {
  const apply = useAction(applyHeldMetadataAction, { success: 'The metadata is applied', showError: 'inline' });
  const reject = useAction(rejectHeldMetadataAction, { success: 'Rejected: the settings stay', showError: 'inline' });
  const pending = apply.pending || reject.pending;
  const asked = { applicationId, held: held.id };
  return (
    <Card
      title="Waits for you"
      description={
        <>
          The metadata of {appName} says something else since <RelativeTime at={held.since} />. Until somebody answers,
          people are signed in as before.
        </>
      }
      footer={
        readOnly ? undefined : (
          <div className="flex flex-wrap items-center justify-end gap-2">
            <span className="mr-auto">Rejected, it does not wait again until it changes.</span>
            <Button disabled={pending} pending={reject.pending} onClick={() => void reject.run(asked)}>
              Reject
            </Button>
            <Button variant="primary" disabled={pending} pending={apply.pending} onClick={() => void apply.run(asked)}>
              Apply
            </Button>
          </div>
        )
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
        <FormError error={apply.error ?? reject.error} />
        {held.differences.length === 0 ? (
          <p className="text-muted">By now the settings say the same: applying it changes nothing.</p>
        ) : (
          <>
            <div className="hidden min-w-0 sm:block">
              <DiffTable
                label="What the metadata would change"
                nameHeader="Setting"
                beforeHeader="Now"
                afterHeader="In the metadata"
                rows={held.differences.map(({ field, from, to }) => ({
                  name: labels[field],
                  before: lines(from),
                  after: lines(to),
                  changed: true,
                }))}
              />
            </div>
            {/* On a phone one below the other: what is new must not be scrolled to. */}
            <ul className="grid gap-4 sm:hidden" aria-label="What the metadata would change">
              {held.differences.map(({ field, from, to }) => (
                <li key={field} className="grid gap-1">
                  <span className="font-medium">{labels[field]}</span>
                  <span className="text-muted text-xs">Now</span>
                  <span className="break-all font-mono text-muted text-xs">{lines(from) ?? 'none'}</span>
                  <span className="text-muted text-xs">In the metadata</span>
                  <span className="break-all font-mono text-xs">{lines(to) ?? 'none'}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Card>
  );
}

function lines(values: readonly string[]) {
  const said = values.filter((value) => value !== '');
  if (said.length === 0) return undefined;
  return (
    <span className="grid gap-1">
      {said.map((value) => (
        <span key={value}>{value}</span>
      ))}
    </span>
  );
}
