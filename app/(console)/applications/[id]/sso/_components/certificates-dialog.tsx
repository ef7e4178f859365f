'use client';

import { useState } from 'react';
import { CopyField } from '@/components/patterns/copy-field';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { CodeBlock } from '@/components/ui/code-block';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { toast } from '@/components/ui/toast';
import type { SsoTab } from '@/lib/sso/queries';
import { announceIdpKeyAction, discardIdpKeyAction, revertIdpKeyAction, switchIdpKeyAction } from '../actions';
import { UploadKeyPair } from './upload-key-pair';

export interface CertificatesProps {
  applicationId: string;
  appName: string;
  certificates: SsoTab['idpCertificates'];
  metadataReadAt: Date | null;
  readOnly: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

type Certificate = SsoTab['idpCertificates'][number];

const words = {
  current: { name: 'Present', help: 'Signs every assertion.' },
  next: { name: 'Next', help: 'In the metadata beside the present one. It signs nothing yet.' },
  retired: { name: 'Before', help: 'Signed until the last switch. Kept so that there is a way back.' },
} as const;

/** The certificates of an application, and the steps of a roll-over: announce, switch, go back, discard. */
export function CertificatesDialog(props: CertificatesProps) {
  const { applicationId, appName, certificates, readOnly, open, onOpenChange } = props;
  const [uploading, setUploading] = useState(false);
  const [asking, setAsking] = useState(false);
  const done = (text: string) => ({ showError: 'inline' as const, onSuccess: () => void toast.success(text) });
  const announce = useAction(announceIdpKeyAction, done('The next certificate is announced'));
  const change = useAction(switchIdpKeyAction, done('The next certificate signs from now on'));
  const revert = useAction(revertIdpKeyAction, done('The certificate from before signs again'));
  const discard = useAction(discardIdpKeyAction, done('Certificate discarded'));
  const pending = [announce, change, revert, discard].some((action) => action.pending);
  const error = [announce, change, revert, discard].find((action) => action.error)?.error;
  const of = (state: Certificate['state']) => certificates.find((one) => one.state === state);
  const next = of('next');
  const retired = of('retired');
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="IdP certificates"
        description="This application signs with a key pair of its own. Private keys never leave the server."
        size="lg"
      >
        <div className="grid gap-4">
          <FormError error={error} />
          {certificates.map((certificate) => (
            <Entry key={certificate.id} certificate={certificate}>
              {!readOnly && certificate.state !== 'current' && (
                <Button
                  size="sm"
                  variant="danger-quiet"
                  disabled={pending}
                  onClick={() => void discard.run({ applicationId, keyId: certificate.id })}
                >
                  Discard
                </Button>
              )}
              {!readOnly && certificate.state === 'next' && !asking && (
                <Button size="sm" variant="primary" disabled={pending} onClick={() => setAsking(true)}>
                  Switch to it
                </Button>
              )}
              {!readOnly && certificate.state === 'retired' && (
                <Button size="sm" disabled={pending} onClick={() => void revert.run({ applicationId })}>
                  Go back to it
                </Button>
              )}
            </Entry>
          ))}
          {next && asking && (
            <Callout kind="warning" title={`Does ${appName} have the next certificate?`}>
              <p>{knows(next, props.metadataReadAt)} Whoever signs in is refused over there where it does not.</p>
              <div className="mt-3 flex gap-2">
                <Button
                  size="sm"
                  variant="primary"
                  pending={change.pending}
                  onClick={() => {
                    setAsking(false);
                    void change.run({ applicationId });
                  }}
                >
                  Switch now
                </Button>
                <Button size="sm" onClick={() => setAsking(false)}>
                  Not yet
                </Button>
              </div>
            </Callout>
          )}
          {!readOnly && !next && !uploading && (
            <div className="flex flex-wrap gap-2">
              <Button pending={announce.pending} onClick={() => void announce.run({ applicationId })}>
                Generate next certificate
              </Button>
              <Button onClick={() => setUploading(true)}>Upload key pair</Button>
            </div>
          )}
          {!readOnly && !next && uploading && (
            <UploadKeyPair applicationId={applicationId} onDone={() => setUploading(false)} />
          )}
          {!next && !retired && (
            <p className="text-muted text-xs">
              Roll over in three steps: announce the next certificate, give it to {appName}, then switch. Nobody
              notices.
            </p>
          )}
        </div>
      </DialogContent>
    </Dialog>
  );
}

function Entry({ certificate, children }: { certificate: Certificate; children: React.ReactNode }) {
  const { state, fingerprint, notBefore, notAfter, certificate: pem } = certificate;
  const { name, help } = words[state];
  return (
    <section className="grid gap-3 rounded-md border border-line p-3">
      <header className="flex flex-wrap items-center gap-2">
        <Badge tone={state === 'current' ? 'ok' : undefined}>{name}</Badge>
        <span className="text-muted text-xs">{help}</span>
        <span className="ml-auto flex gap-2">{children}</span>
      </header>
      <CopyField label="SHA-256 fingerprint" value={fingerprint} />
      <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1">
        <dt className="text-muted">Valid from</dt>
        <dd>{date(notBefore)}</dd>
        <dt className="text-muted">Valid until</dt>
        <dd>{date(notAfter)}</dd>
      </dl>
      <details>
        <summary className="w-fit cursor-pointer text-muted text-xs">Certificate as text</summary>
        <div className="mt-2">
          <CodeBlock code={pem} label="certificate.pem" />
        </div>
      </details>
    </section>
  );
}

/** Whether the service provider can know of it, as far as that is seen from here. */
function knows(next: Certificate, readAt: Date | null): string {
  if (readAt === null) return 'Nobody has read the metadata at its address: it has to be given by hand.';
  return readAt > next.createdAt
    ? `The metadata was read on ${date(readAt)}, after it was announced.`
    : `The metadata was last read on ${date(readAt)}, before it was announced.`;
}

function date(value: Date): string {
  return `${value.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
