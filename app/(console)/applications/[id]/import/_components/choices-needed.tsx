import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';

/** Says that accounts wait for a choice, and shows them. */
export function ChoicesNeeded({ href, count, mayGiveNames }: { href: string; count: number; mayGiveNames: boolean }) {
  return (
    <Callout
      kind="warning"
      title={`${count.toLocaleString('en')} ${count === 1 ? 'account needs' : 'accounts need'} a choice`}
      actions={<LinkButton href={href}>Show {count === 1 ? 'it' : 'them'}</LinkButton>}
    >
      Each says why. Until somebody chooses, nothing is done with {count === 1 ? 'it' : 'them'}.
      {!mayGiveNames && ' Where a person would sign in by another name, an administrator has to choose.'}
    </Callout>
  );
}
