import type { Metadata } from 'next';
import { ListFrame, type ListSearch } from '@/components/patterns/list-page';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { may, requireSession } from '@/lib/auth/session';
import { now } from '@/lib/core/clock';
import type { LinkStateName } from '@/lib/core/states';
import { countLimit } from '@/lib/db/bounded-count';
import { countDrifted } from '@/lib/provisioning/queries/assignment-rows';
import { countLinkStates } from '@/lib/provisioning/queries/link-counts';
import { listAssignments, listSharing } from '@/lib/provisioning/queries/links';
import { findNotAssigned } from '@/lib/provisioning/queries/not-assigned';
import { assignmentAddressSchema, linkStateWords } from '@/lib/provisioning/schema';
import { loadApplication } from '../_components/load-application';
import { AssignPerson } from './_components/assign-person';
import { AssignmentsTable } from './_components/assignments-table';
import { CorrectDrift } from './_components/correct-drift';
import { NotAssigned } from './_components/not-assigned';
import { RetryFailed } from './_components/retry-failed';
import { Usernames } from './_components/usernames';

export const metadata: Metadata = { title: 'Assignments' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: ListSearch;
}

const states = Object.keys(linkStateWords) as LinkStateName[];

/** Assignments: everyone in the application, why, by which name, and how the account stands. */
export default async function AssignmentsPage({ params, searchParams }: Props) {
  const session = await requireSession('applications.read');
  const application = await loadApplication((await params).id);
  const { q, state: wanted = [], drift, names, cursor } = assignmentAddressSchema.parse(await searchParams);
  const provisions = Boolean(getTemplate(application.templateId).scim) && application.idmStatus !== 'not_configured';
  const mayWrite = may(session, 'applications.write');
  const [page, counts, drifted, sharing, others] = await Promise.all([
    listAssignments(application.id, {
      q,
      // Where the filter bar has no states, none filters unseen.
      state: provisions ? wanted : [],
      drift: provisions && drift === 'left',
      shared: names === 'shared',
      cursor,
    }),
    countLinkStates(application.id),
    countDrifted(application.id),
    listSharing(application.id),
    // Whoever is looked for by name may be somebody who is not here; the page says so.
    cursor ? [] : findNotAssigned(application.id, q),
  ]);
  // Where nobody here matches, they are what was looked for.
  const besides = <NotAssigned applicationId={application.id} appName={application.displayLabel} people={others} />;
  const failing = [counts.error, counts.conflict, counts.outcome_unknown];
  const failed = failing.reduce((sum, count) => sum + count, 0);
  const failedInWords = `${failed.toLocaleString('en')}${failing.every((count) => count < countLimit) ? '' : '+'}`;
  return (
    <ListFrame
      search="Search people"
      exported={`/api/applications/${application.id}/assignments/export`}
      filters={[
        ...(provisions
          ? [
              {
                param: 'state',
                label: 'State',
                options: states
                  .filter((state) => counts[state] > 0 || wanted.includes(state))
                  .map((state) => ({
                    value: state,
                    label: linkStateWords[state].label,
                    count: counts[state],
                    countIsExact: counts[state] < countLimit,
                  })),
              },
            ]
          : []),
        ...(provisions && (drifted.total > 0 || drift)
          ? [
              {
                param: 'drift',
                label: 'Drift',
                single: true,
                options: [
                  {
                    value: 'left',
                    label: 'Differs over there',
                    count: drifted.total,
                    countIsExact: drifted.totalIsExact,
                  },
                ],
              },
            ]
          : []),
        ...(sharing.length > 0 || names
          ? [
              {
                param: 'names',
                label: 'Username',
                single: true,
                options: [{ value: 'shared', label: 'Conflicts', count: sharing.length }],
              },
            ]
          : []),
      ]}
      tools={
        <>
          {failed > 0 && may(session, 'provisioning.run') && (
            <RetryFailed applicationId={application.id} count={failedInWords} status={application.idmStatus} />
          )}
          {drifted.total > 0 && may(session, 'provisioning.run') && (
            <CorrectDrift
              applicationId={application.id}
              count={`${drifted.total.toLocaleString('en')}${drifted.totalIsExact ? '' : '+'}`}
              status={application.idmStatus}
            />
          )}
          <Usernames application={application} mayWrite={mayWrite} />
          {mayWrite && <AssignPerson applicationId={application.id} appName={application.displayLabel} />}
        </>
      }
    >
      {page.items.length === 0 && besides}
      <AssignmentsTable
        applicationId={application.id}
        appName={application.displayLabel}
        page={page}
        now={now()}
        provisions={provisions}
        mayWrite={mayWrite}
      />
      {page.items.length > 0 && besides}
    </ListFrame>
  );
}
