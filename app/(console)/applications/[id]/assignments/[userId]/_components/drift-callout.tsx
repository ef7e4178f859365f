import { RelativeTime } from '@/components/patterns/relative-time';
import { TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { links } from '@/lib/core/links';
import type { Drift } from '@/lib/provisioning/schema';
import { CorrectDrift } from '../../_components/correct-drift';
import { ChangeList } from './change-list';

const titles: Record<Drift['kind'], (appName: string) => string> = {
  changed: (appName) => `The account differs in ${appName}`,
  reactivated: (appName) => `The account was made active again in ${appName}`,
  deleted: (appName) => `The account was deleted in ${appName}`,
};

/** What is otherwise over there although nobody changed the person, and is left so: ours, theirs, since when. */
export function DriftCallout({
  application: { id, displayLabel },
  link,
  status,
  mayRun,
}: {
  application: { id: string; displayLabel: string };
  link: { id: string; drift: Drift };
  /** Of the connection. */
  status: string;
  mayRun: boolean;
}) {
  const { kind, attributes, noticedAt, correct } = link.drift;
  const theirs = Object.entries(attributes).map(([path, value]) => [path, { from: value.ours, to: value.theirs }]);
  return (
    <Callout
      kind="warning"
      title={titles[kind](displayLabel)}
      actions={mayRun && !correct && <CorrectDrift applicationId={id} linkId={link.id} status={status} />}
    >
      {kind === 'changed' && <ChangeList changes={Object.fromEntries(theirs)} />}
      <p className="mt-2">
        {correct ? 'It is being corrected. ' : 'Nobody changed the person here, and it is left so. '}
        Noticed <RelativeTime at={noticedAt} />.{' '}
        <TextLink href={links.application(id).identityManagement('drift')}>What is done about drift</TextLink>
      </p>
    </Callout>
  );
}
