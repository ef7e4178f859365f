'use client';

import { RelativeTime } from '@/components/patterns/relative-time';
import { TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { DescriptionList } from '@/components/ui/table';
import type { SharedName } from '@/lib/applications/shared-names';
import { links } from '@/lib/core/links';
import type { AssignmentDetail } from '@/lib/provisioning/queries/link-detail';
import { LinkStateWord } from '../../_components/link-state';
import { AccountActions } from './account-actions';
import { ChangeList } from './change-list';
import { DriftCallout } from './drift-callout';
import { HeldCallout } from './held-callout';
import { UsernameForm } from './username-form';
import { WhyCallout } from './why-callout';

/** Who it is, why they are in, how the account stands, and what the next cycle would do. */
export function AccountSummary(props: {
  applicationId: string;
  appName: string;
  /** Of the connection. */
  status: string;
  detail: AssignmentDetail;
  mayRun: boolean;
  mayWrite: boolean;
  /** About what is held. */
  mayDecide: boolean;
  /** It is about whoever looks. */
  own: boolean;
}) {
  const { applicationId, appName, detail, mayWrite, own } = props;
  const { person, grants, link, next, shared } = detail;
  return (
    <div className="grid gap-4">
      <Card title={person.displayName} description={`${person.username} · ${person.email}`}>
        <div className="grid gap-4">
          {shared && <SharedUsername appName={appName} shared={shared} />}
          <HeldCallout
            application={{ id: applicationId, displayLabel: appName }}
            detail={detail}
            mayDecide={props.mayDecide}
          />
          {link?.drift && (
            <DriftCallout
              application={{ id: applicationId, displayLabel: appName }}
              link={{ id: link.id, drift: link.drift }}
              status={props.status}
              mayRun={props.mayRun}
            />
          )}
          {!shared && <WhyCallout applicationId={applicationId} detail={detail} mayWrite={mayWrite} />}
          <DescriptionList
            items={[
              { label: 'Account', value: <LinkStateWord state={link?.state ?? null} /> },
              {
                label: 'Granted by',
                value: <Grants grants={grants} />,
              },
              { label: 'Account ID', value: link?.remoteId ?? 'None', mono: Boolean(link?.remoteId) },
              ...(link?.takenOver ? [{ label: 'Origin', value: 'Existed before; taken over by match' }] : []),
              { label: 'Last change', value: <RelativeTime at={link?.lastChangeAt} /> },
              ...(link?.dueAt ? [{ label: 'Tried next', value: <RelativeTime tense="future" at={link.dueAt} /> }] : []),
              { label: 'Person', value: <TextLink href={links.user(person.id)}>Open in the directory</TextLink> },
            ]}
          />
          <AccountActions {...props} />
        </div>
      </Card>
      {next && (
        <Card title="Next cycle">
          <p>{next.words}</p>
          {next.hint && <p className="text-muted">{next.hint}</p>}
          <ChangeList changes={next.changes} />
        </Card>
      )}
      <Card
        title="Application username"
        description={`By which ${appName} knows this person: NameID and SCIM userName.`}
      >
        <div className="grid gap-4">
          <DescriptionList
            items={[
              {
                label: 'By the format',
                value: detail.computedUsername || 'none',
                mono: Boolean(detail.computedUsername),
              },
              ...(detail.accountUsername === null
                ? []
                : [{ label: `In ${appName}`, value: detail.accountUsername, mono: true }]),
            ]}
          />
          <UsernameForm
            key={detail.typedUsername}
            applicationId={applicationId}
            userId={person.id}
            username={person.username}
            typed={detail.typedUsername}
            readOnly={!mayWrite || own || person.status === 'deleted'}
            note={
              mayWrite && own
                ? 'Nobody gives themselves a name to sign in by: another administrator types yours.'
                : undefined
            }
          />
        </div>
      </Card>
    </div>
  );
}

/** Who else has the application username: both are kept out until one of them has another. */
function SharedUsername({
  appName,
  shared: { application, applicationUsername, others },
}: {
  appName: string;
  shared: SharedName;
}) {
  return (
    <Callout kind="error" title={`Somebody else is “${applicationUsername}” in ${appName} as well`}>
      {others.map((other, index) => (
        <span key={other.userId}>
          {index > 0 && ', '}
          {other.byAccount && 'The account of '}
          <TextLink href={links.application(application.id).assignment(other.userId)}>{other.displayName}</TextLink> (
          {other.email})
        </span>
      ))}
      . Neither can sign in, and no account is changed, until one of them has another application username.
    </Callout>
  );
}

function Grants({ grants }: { grants: AssignmentDetail['grants'] }) {
  if (!grants.direct && grants.groups.length === 0) return <span className="text-muted">Nothing: not in scope</span>;
  return (
    <span className="flex flex-wrap gap-x-2">
      {grants.direct && <span>Direct assignment</span>}
      {grants.groups.map((group) => (
        <TextLink key={group.id} href={links.group(group.id)}>
          {group.name}
        </TextLink>
      ))}
    </span>
  );
}
