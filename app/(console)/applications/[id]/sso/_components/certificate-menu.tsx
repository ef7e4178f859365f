'use client';

import { ChevronRight, Download, Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { CopyField } from '@/components/patterns/copy-field';
import { Button } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { type Tone, ToneIcon } from '@/components/ui/status';
import type { SsoTab } from '@/lib/sso/queries';

const day = 24 * 60 * 60_000;

function stateOf(notAfter: Date, now: Date): { tone: Tone; words: string } {
  const days = Math.floor((notAfter.getTime() - now.getTime()) / day);
  if (days < 0) return { tone: 'error', words: 'IDP Certificate Expired' };
  if (days < 60) return { tone: 'attention', words: `IDP Certificate Valid, ${days} days left` };
  return { tone: 'ok', words: 'IDP Certificate Valid' };
}

function date(value: Date): string {
  return `${value.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** IDP Certificate Valid ›: download certificate.pem, fingerprint and dates. */
export function CertificateMenu({
  certificate,
  certificateUrl,
  now,
}: {
  certificate: SsoTab['idpCertificate'];
  certificateUrl: string;
  now: Date;
}) {
  const [details, setDetails] = useState(false);
  const { tone, words } = stateOf(certificate.notAfter, now);
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button>
            <ToneIcon tone={tone} /> {words} <ChevronRight aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="start">
          <DropdownMenuItem onSelect={() => window.location.assign(certificateUrl)}>
            <Download aria-hidden /> Download certificate
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => setDetails(true)}>
            <Fingerprint aria-hidden /> Fingerprint and dates
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <Dialog open={details} onOpenChange={setDetails}>
        <DialogContent
          title="IdP certificate"
          description="This application signs with a key pair of its own. The private key never leaves the server."
          size="lg"
        >
          <div className="grid gap-4">
            <CopyField label="SHA-256 fingerprint" value={certificate.fingerprint} />
            <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1">
              <dt className="text-muted">Valid from</dt>
              <dd>{date(certificate.notBefore)}</dd>
              <dt className="text-muted">Valid until</dt>
              <dd>{date(certificate.notAfter)}</dd>
            </dl>
            <CodeBlock code={certificate.certificate} label="certificate.pem" />
          </div>
        </DialogContent>
      </Dialog>
    </>
  );
}
