import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { PageHeader } from '@/components/patterns/page-header';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { DescriptionList } from '@/components/ui/table';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { indentXml } from '@/lib/core/indent-xml';
import { links } from '@/lib/core/links';
import { type FailedSignIn, getFailedSignIn } from '@/lib/sso/failed-sign-ins/queries';
import { getSsoTab } from '@/lib/sso/queries';
import { Mend } from './_components/mend';
import { RequestFacts } from './_components/request-facts';

export const metadata: Metadata = { title: 'Failed sign-in' };

/** One sign-in that did not come about, found by the reference that people were told: why, what it asked, and what mends it. */
export default async function FailedSignInPage({ params }: { params: Promise<{ reference: string }> }) {
  const session = await requireSession('applications.read');
  const failed = await find((await params).reference);
  const { application, asked, person, clientAddress, firstAt, lastAt, count, code } = failed;
  const version = application ? (await getSsoTab(application.id)).version : 0;
  return (
    <>
      <PageHeader crumbs={crumbsOf(failed)} title={`Failed sign-in ${failed.reference}`} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-[minmax(0,1fr)_400px]">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          <Mend
            explanation={failed.explanation}
            reference={failed.reference}
            applicationId={application?.id ?? null}
            person={person}
            version={version}
            mayWrite={may(session, 'sso.write')}
            mayAssign={may(session, 'applications.write')}
          />
          <RequestFacts asked={asked} />
          {asked.xml !== undefined && <CodeBlock label="The request, decoded" code={indentXml(asked.xml)} wrap />}
        </div>
        <Card title="What happened">
          <DescriptionList
            items={[
              {
                label: 'Application',
                value: application ? (
                  <Link className="text-accent-text hover:underline" href={links.application(application.id).sso()}>
                    {application.displayLabel}
                  </Link>
                ) : (
                  'None at this address'
                ),
              },
              {
                label: 'Who',
                value: person ? (
                  <Link className="text-accent-text hover:underline" href={links.user(person.id)}>
                    {person.displayName}
                  </Link>
                ) : (
                  'Nobody was signed in yet'
                ),
              },
              { label: 'Last', value: <AbsoluteTime at={lastAt} /> },
              ...(count > 1
                ? [
                    { label: 'First', value: <AbsoluteTime at={firstAt} /> },
                    { label: 'Times', value: String(count) },
                  ]
                : []),
              { label: 'From', value: clientAddress ?? 'Not known' },
              { label: 'Code', value: code },
            ]}
          />
        </Card>
      </div>
    </>
  );
}

function crumbsOf({ application, reference }: FailedSignIn) {
  if (!application) return [{ label: 'SSO Applications', href: links.applications() }, { label: reference }];
  const { sso, failedSignIns } = links.application(application.id);
  return [
    { label: 'SSO Applications', href: links.applications() },
    { label: application.displayLabel, href: sso() },
    { label: 'Failed sign-ins', href: failedSignIns() },
    { label: reference },
  ];
}

async function find(reference: string): Promise<FailedSignIn> {
  try {
    return await getFailedSignIn(decodeURIComponent(reference));
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    if (error instanceof URIError) notFound();
    throw error;
  }
}
