'use client';

import { Button } from '@/components/ui/button';
import type { SsoTab } from '@/lib/sso/queries';
import type { SsoValues } from '@/lib/sso/schema';

type Activation = SsoValues['activation'];

/** At the bottom: Deactivate SSO, then save; or the way back. */
export function ActivationSection({
  status,
  appName,
  value,
  onChange,
}: {
  status: SsoTab['ssoStatus'];
  appName: string;
  value: Activation;
  onChange: (value: Activation) => void;
}) {
  if (status === 'not_configured') return null;
  const active = status === 'active';
  const chosen = value !== 'keep';
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-line border-t pt-5">
      <p className="max-w-prose text-muted">
        {active
          ? `Deactivating ends sign-in to ${appName} through Latchkey and hides its tile. Settings and certificate are kept. Deactivate SSO at ${appName} too, or people may lose access.`
          : 'Reactivating lets the people of the associated user groups sign in again, with the same certificate.'}
      </p>
      {chosen ? (
        <Button onClick={() => onChange('keep')}>{active ? 'Keep SSO active' : 'Keep SSO deactivated'}</Button>
      ) : active ? (
        <Button variant="danger-quiet" onClick={() => onChange('deactivate')}>
          Deactivate SSO
        </Button>
      ) : (
        <Button onClick={() => onChange('activate')}>Reactivate SSO</Button>
      )}
    </div>
  );
}
