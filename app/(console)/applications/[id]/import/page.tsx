import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { AbsoluteTime, RelativeTime } from '@/components/patterns/relative-time';
import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { findEarlierReading, findNextFullReading } from '@/lib/imports/changed-since';
import { listImports } from '@/lib/imports/queries';
import { findNextImport } from '@/lib/imports/schedule-imports';
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
  if (open) redirect(links.application(application.id).import(open.id));
  const connected = application.idmStatus !== 'not_configured' && application.idmStatus !== 'inactive';
  const [imports, nextAt, earlier, nextFull] = await Promise.all([
    listImports(application.id),
    findNextImport(application.id),
    findEarlierReading(application.id),
    findNextFullReading(application.id),
  ]);
  return (
    <div className="grid gap-6">
      {connected ? (
        <Card
          title="Manual import"
          description={`For people who have an account in ${application.displayLabel}, but none here.`}
          actions={
            <>
              <LinkButton href={links.application(application.id).importSettings()}>Import settings</LinkButton>
              {may(session, 'imports.run') && <StartImport applicationId={application.id} />}
            </>
          }
        >
          <ol className="grid max-w-prose list-decimal gap-1 pl-5 text-muted">
            <li>Fetch: the accounts, the groups, or both are read. Nothing is changed in the application.</li>
            <li>Review: each account with its status, and with whom of the directory it matches.</li>
            <li>
              Confirm: create new directory users, link accounts to people you have, or ignore them; keep groups as the
              application’s, link them, or turn them into user groups.
            </li>
            <li>Result: who was imported, and why somebody was not. Imported people have their password pending.</li>
          </ol>
          {nextAt && (
            <p className="mt-3 text-muted">
              Next import by itself <RelativeTime tense="future" at={nextAt} />
              {earlier && (
                <>
                  : what has changed since <AbsoluteTime at={earlier.since} />
                  {nextFull && (
                    <>
                      , all again <RelativeTime tense="future" at={nextFull} />
                    </>
                  )}
                </>
              )}
              .
            </p>
          )}
        </Card>
      ) : (
        <Callout
          title="Identity Management is not active"
          actions={
            <LinkButton href={links.application(application.id).identityManagement()}>
              Open Identity Management
            </LinkButton>
          }
        >
          Accounts are read through the SCIM connection.{' '}
          {may(session, 'integration.write') ? 'Activate it, then come back.' : 'An administrator activates it.'}
        </Callout>
      )}
      <PastImports applicationId={application.id} imports={imports} />
    </div>
  );
}
