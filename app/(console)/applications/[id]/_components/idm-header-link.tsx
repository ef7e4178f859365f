import { getSession, may } from '@/lib/auth/session';
import { DeactivateConnection } from './deactivate-connection';
import { loadApplication } from './load-application';

/** "Deactivate IdM connection", under the logo in the header; nothing while there is no connection. */
export async function IdmHeaderLink({ applicationId }: { applicationId: string }) {
  const [application, session] = await Promise.all([loadApplication(applicationId), getSession()]);
  const { idmStatus, displayLabel } = application;
  if (idmStatus === 'not_configured' || idmStatus === 'inactive') return null;
  if (!session || !may(session, 'integration.write')) return null;
  return <DeactivateConnection applicationId={applicationId} displayLabel={displayLabel} />;
}
