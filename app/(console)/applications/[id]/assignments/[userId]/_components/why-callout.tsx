import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { links } from '@/lib/core/links';
import type { ReasonCode } from '@/lib/provisioning/queries/account-reason';
import type { AssignmentDetail } from '@/lib/provisioning/queries/link-detail';

const kinds: Readonly<Partial<Record<ReasonCode, 'error' | 'warning'>>> = {
  conflict: 'error',
  failed: 'error',
  quarantined: 'error',
  rule: 'warning',
  paused: 'warning',
};

/** Why this person has no account, or not one that agrees, and the way to mend it; nothing where all is well. */
export function WhyCallout({
  applicationId,
  detail: { standing, person },
  mayWrite,
}: {
  applicationId: string;
  detail: AssignmentDetail;
  mayWrite: boolean;
}) {
  if (standing.code === 'account') return null;
  const way = wayOf(standing.code, applicationId, person.id);
  return (
    <Callout
      kind={kinds[standing.code] ?? 'info'}
      title={standing.title}
      actions={mayWrite && way && <LinkButton href={way.href}>{way.label}</LinkButton>}
    >
      {standing.fix}
    </Callout>
  );
}

/** Where it is mended, unless it is here. */
function wayOf(code: ReasonCode, applicationId: string, userId: string): { href: string; label: string } | undefined {
  const application = links.application(applicationId);
  switch (code) {
    case 'not_in_scope':
      return { href: application.groups(), label: 'Go to User Groups' };
    case 'not_configured':
    case 'inactive':
    case 'quarantined':
    case 'paused':
      return { href: application.identityManagement(), label: 'Go to Identity Management' };
    case 'suspended':
    case 'deleted':
      return { href: links.user(userId), label: 'Open the person' };
    case 'rule':
      return { href: links.editUser(userId), label: 'Edit the person' };
    default:
      return undefined;
  }
}
