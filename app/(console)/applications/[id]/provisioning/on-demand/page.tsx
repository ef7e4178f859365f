import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Breadcrumb } from '@/components/ui/breadcrumb';
import { LinkButton } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { isUuid } from '@/lib/core/ids';
import { links } from '@/lib/core/links';
import { previewOnDemand } from '@/lib/provisioning/on-demand/preview-on-demand';
import { type Attempt, getAttempt, listOnDemandRuns } from '@/lib/provisioning/queries/attempt';
import { findIntegration } from '@/lib/provisioning/queries/integration-state';
import { loadApplication } from '../../_components/load-application';
import { AttemptView } from './_components/attempt-view';
import { OnDemandPreview } from './_components/on-demand-preview';
import { RecentRuns } from './_components/recent-runs';
import { type ChosenSubject, SubjectPicker } from './_components/subject-picker';

export const metadata: Metadata = { title: 'Provision on demand' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** One person or one user group now: what would be sent, then what is, step by step; or an attempt as it was. */
export default async function OnDemandPage({ params, searchParams }: Props) {
  const session = await requireSession('provisioning.read');
  const application = await loadApplication((await params).id);
  if (!getTemplate(application.templateId).scim) notFound();
  const { id, displayLabel: appName } = application;
  const query = await searchParams;
  const attemptId = idIn(query.attempt);
  const attempt = attemptId ? await unlessGone(() => getAttempt(attemptId)) : undefined;
  if (attempt && 'applicationId' in attempt && attempt.applicationId !== id) notFound();
  const integration = await findIntegration(id);
  const asked = attempt ?? (await preview(id, idIn(query.person), idIn(query.group)));
  const subject = asked && 'subject' in asked ? toChosen(asked.subject) : undefined;
  const isActive = integration !== undefined && integration.status !== 'inactive';
  const mayRun = may(session, 'provisioning.run') && isActive;
  return (
    <div className="grid gap-5">
      <Breadcrumb
        label="Breadcrumb of the tab"
        items={[
          { label: 'Provisioning', href: links.application(id).provisioning() },
          { label: 'On demand', ...(subject ? { href: links.application(id).onDemand() } : {}) },
          ...(subject ? [{ label: subject.label }] : []),
        ]}
      />
      {!isActive && !attempt ? (
        <Surface>
          <EmptyState
            title="Identity Management is not active"
            action={
              <LinkButton href={links.application(id).identityManagement()}>Go to Identity Management</LinkButton>
            }
          >
            People and user groups are provisioned on demand once it is active.
          </EmptyState>
        </Surface>
      ) : (
        <div className="grid items-start gap-6 xl:grid-cols-[340px_minmax(0,1fr)]">
          <SubjectPicker applicationId={id} appName={appName} subject={subject} />
          {!asked && <RecentRuns applicationId={id} runs={await listOnDemandRuns(id)} now={now()} />}
          {asked && 'refused' in asked && (
            <Surface>
              <EmptyState title={asked.refused.message}>{asked.refused.hint}</EmptyState>
            </Surface>
          )}
          {asked && 'plan' in asked && (
            <OnDemandPreview applicationId={id} appName={appName} preview={asked} mayRun={mayRun} />
          )}
          {asked && 'steps' in asked && (
            <AttemptView key={asked.id} appName={appName} attempt={asked} mayRun={mayRun} />
          )}
        </div>
      )}
    </div>
  );
}

function Surface({ children }: { children: React.ReactNode }) {
  return <div className="rounded-lg border border-line bg-surface">{children}</div>;
}

/** Nonsense in an address counts as absent. */
const idIn = (value: string | string[] | undefined) => (typeof value === 'string' && isUuid(value) ? value : undefined);

function preview(applicationId: string, person: string | undefined, group: string | undefined) {
  const [subject, subjectId] = person ? (['user', person] as const) : (['group', group] as const);
  if (!subjectId) return undefined;
  return unlessGone(() => previewOnDemand({ applicationId, subject, subjectId }));
}

/** What was deleted meanwhile, or cannot be planned, is said in its place. */
async function unlessGone<T>(read: () => Promise<T>): Promise<T | { refused: { message: string; hint: string } }> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { refused: { message: error.message, hint: error.hint ?? 'Choose another person or user group.' } };
  }
}

const toChosen = ({ type, id, name }: Attempt['subject']): ChosenSubject => ({ type, value: id, label: name });
