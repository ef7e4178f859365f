import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { Callout } from '@/components/ui/callout';
import { CodeBlock } from '@/components/ui/code-block';
import { requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { isUuid } from '@/lib/core/ids';
import { indentXml } from '@/lib/core/indent-xml';
import { links } from '@/lib/core/links';
import { findFirstPerson } from '@/lib/provisioning/queries/first-person';
import { testSignIn } from '@/lib/sso/sign-in-test/test-sign-in';
import { findTrial } from '@/lib/sso/sign-in-trials/trials';
import { loadApplication } from '../../_components/load-application';
import { AskedParts } from './_components/asked-parts';
import { AssertionFacts } from './_components/assertion-facts';
import { PersonPicker } from './_components/person-picker';
import { SignInChecks } from './_components/sign-in-checks';
import { TrySignIn } from './_components/try-sign-in';

export const metadata: Metadata = { title: 'Test SSO' };

/** What one person would get at the service provider now: made by what signs people in, and sent to nobody. */
export default async function TestSsoPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  if (application.kind !== 'saml') notFound();
  const { person } = await searchParams;
  const chosen = typeof person === 'string' && isUuid(person) ? person : undefined;
  const userId = chosen ?? (await findFirstPerson(application.id))?.userId;
  const test = userId === undefined ? undefined : await read(application.id, userId);
  const trial = await findTrial(application.id, session.user.id);
  const { displayLabel } = application;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <header className="grid gap-1">
        <Breadcrumb
          label="Breadcrumb of the tab"
          items={[{ label: 'SSO', href: links.application(application.id).sso() }, { label: 'Test SSO' }]}
        />
        <p className="max-w-[640px] text-muted">
          What a person would get at {displayLabel} at this moment, made by what signs people in. Nothing is sent.
        </p>
      </header>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[360px_minmax(0,1fr)]">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          <PersonPicker
            applicationId={application.id}
            person={test && { value: test.person.id, label: test.person.displayName, hint: test.person.username }}
          />
          {test && <SignInChecks test={test} appName={displayLabel} />}
          {test?.assertion && <AskedParts applicationId={application.id} userId={test.person.id} asked={test.asked} />}
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
          {!test && (
            <Callout title="Choose a person">
              Anybody: whether they have access to {displayLabel} is a part of the answer.
            </Callout>
          )}
          {test && !test.assertion && (
            <Callout kind="error" title="No assertion can be made">
              {test.checks.find(({ name, state }) => name === 'assertion' && state === 'denied')?.words ??
                test.refusal?.message}
            </Callout>
          )}
          {test?.assertion?.asIf && (
            <Callout kind="warning" title={`${test.person.displayName} does not get this now`}>
              The page says: “{test.refusal?.message}” Below is what the assertion would say without that.
            </Callout>
          )}
          {test?.assertion && <AssertionFacts assertion={test.assertion} />}
          {test?.assertion &&
            (test.assertion.xml === null ? (
              <Callout title="The XML is not shown">An attribute is made with Redact: its value stays hidden.</Callout>
            ) : (
              <CodeBlock
                label={
                  test.assertion.encrypted
                    ? 'The response before it is encrypted, without its signature’s value'
                    : 'The response, without its signature’s value'
                }
                code={indentXml(test.assertion.xml)}
                wrap
                maxHeight={560}
              />
            ))}
        </div>
      </div>
      <TrySignIn
        applicationId={application.id}
        appName={displayLabel}
        first={
          trial
            ? { ...trial, startedAt: trial.startedAt.toISOString(), endedAt: trial.endedAt?.toISOString() ?? null }
            : null
        }
      />
    </div>
  );
}

async function read(applicationId: string, userId: string) {
  try {
    return await testSignIn({ applicationId, userId });
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  }
}
