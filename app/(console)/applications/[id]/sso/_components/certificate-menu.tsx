'use client';

import { ChevronRight, Download, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { type Tone, ToneIcon } from '@/components/ui/status';
import { CertificatesDialog, type CertificatesProps } from './certificates-dialog';

const day = 24 * 60 * 60_000;

function stateOf(notAfter: Date, now: Date): { tone: Tone; words: string } {
  const days = Math.floor((notAfter.getTime() - now.getTime()) / day);
  if (days < 0) return { tone: 'error', words: 'IDP Certificate Expired' };
  if (days < 60) return { tone: 'attention', words: `IDP Certificate Valid, ${days} days left` };
  return { tone: 'ok', words: 'IDP Certificate Valid' };
}

/** IDP Certificate Valid ›: download certificate.pem; all certificates, with what rolls them over. */
export function CertificateMenu({
  certificateUrl,
  now,
  ...props
}: Omit<CertificatesProps, 'onOpenChange' | 'open'> & { certificateUrl: string; now: Date }) {
  const [open, setOpen] = useState(false);
  const current = props.certificates.find(({ state }) => state === 'current');
  const { tone, words } = current
    ? stateOf(current.notAfter, now)
    : { tone: 'error' as const, words: 'No IDP Certificate' };
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
          <DropdownMenuItem onSelect={() => setOpen(true)}>
            <KeyRound aria-hidden /> Certificates and roll-over
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <CertificatesDialog {...props} open={open} onOpenChange={setOpen} />
    </>
  );
}
