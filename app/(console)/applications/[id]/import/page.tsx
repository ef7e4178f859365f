import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { may, requireSession } from '@/lib/auth/session';
import { listImports } from '@/lib/imports/queries';
import { findOpenImport } from '@/lib/imports/start-import';
import { loadApplication } from '../_components/load-application';
import { PastImports } from './_components/past-imports';
import { StartImport } from './_components/start-import';

export const metadata: Metadata = { title: 'Import' };

/** Manual import: goes on with the one that is open, or offers to begin. */
export default async function ImportPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('imports.read');
  const application = await loadApplication((await params).id);
  const open = await findOpenImport(application.id);
  if (open) redirect(`/applications/${application.id}/import/${open.id}`);
  const connected = application.idmStatus !== 'not_configured' && application.idmStatus !== 'inactive';
  const imports = await listImports(application.id);
  return (
    <div className="grid gap-6">
      {connected ? (
        <Card
          title="Manual import"
          description={`Creates directory users for people who have an account in ${application.displayLabel} already, or links the accounts to people you have. Nothing is changed in the application, and nothing here before you confirm.`}
          actions={may(session, 'imports.run') && <StartImport applicationId={application.id} />}
        >
          <ol className="grid gap-1 text-muted">
            <li>1. Fetch: every account is read, page by page.</li>
            <li>2. Review: each account is shown with its status and with whom it matches.</li>
            <li>3. Confirm: create, link or ignore. Imported people are active, with their password pending.</li>
          </ol>
        </Card>
      ) : (
        <Callout
          title="Identity Management is not active"
          actions={
            <LinkButton href={`/applications/${application.id}/identity-management`}>
              Open Identity Management
            </LinkButton>
          }
        >
          Accounts are read through the SCIM connection. Activate it, then come back.
        </Callout>
      )}
      <PastImports applicationId={application.id} imports={imports} />
    </div>
  );
}
