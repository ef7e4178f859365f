'use client';

import { CircleCheck } from 'lucide-react';
import { CopyField } from '@/components/patterns/copy-field';
import { LinkButton } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import type { Twin } from '@/lib/applications/twins';
import { links } from '@/lib/core/links';
import { TwinsNotice } from '../../_components/twins-notice';

export interface Created {
  id: string;
  displayLabel: string;
  /** Absent for bookmarks. */
  idpUrl: string | undefined;
  /** Others that it is easily taken for. */
  twins: readonly Twin[];
}

/** After Save Application: configure it now, or later. */
export function CreatedApplication({ id, displayLabel, idpUrl, twins }: Created) {
  return (
    <Card className="max-w-[640px]">
      <div className="grid gap-5">
        <div className="flex items-start gap-3" role="status">
          <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-ok" />
          <div className="grid gap-1">
            <h2 className="font-semibold text-base">{displayLabel} was saved</h2>
            <p className="text-muted">
              {idpUrl
                ? 'It has a key pair of its own. Nobody can use it yet: configure SSO, then associate user groups.'
                : 'The bookmark is active. Associate user groups to show it in their user portal.'}
            </p>
          </div>
        </div>
        <TwinsNotice twins={twins} />
        {idpUrl && <CopyField label="SSO IdP URL" value={idpUrl} help="Not editable from now on." />}
        <div className="flex gap-2">
          <LinkButton href={links.application(id).tab(idpUrl ? 'sso' : 'groups')} variant="primary" autoFocus>
            Configure Application
          </LinkButton>
          <LinkButton href={links.applications()}>Close</LinkButton>
        </div>
      </div>
    </Card>
  );
}
