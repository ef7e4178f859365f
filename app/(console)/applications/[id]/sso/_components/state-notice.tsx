import { Callout } from '@/components/ui/callout';
import type { SsoTab } from '@/lib/sso/queries';

/** Says what keeps SSO from being active, field by field, and what activating it does to people. */
export function StateNotice({
  status,
  problems,
  warning,
}: {
  status: SsoTab['ssoStatus'];
  problems: SsoTab['problems'];
  warning: string | undefined;
}) {
  if (status === 'active') return null;
  if (status === 'inactive') {
    return (
      <Callout title="SSO is deactivated">
        Nobody can sign in to this application through Latchkey. Settings and certificate are kept; reactivate at the
        bottom of this page.
      </Callout>
    );
  }
  return (
    <div className="grid gap-3">
      {problems.length > 0 && (
        <Callout title="SSO becomes active when these are filled in and saved">
          <ul className="list-disc pl-4">
            {problems.map((problem) => (
              <li key={problem.field}>{problem.message}</li>
            ))}
          </ul>
        </Callout>
      )}
      {warning && (
        <Callout kind="warning" title="Before you enable SAML at the other side">
          {warning}
        </Callout>
      )}
    </div>
  );
}
