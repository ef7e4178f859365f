import { links } from '@/lib/core/links';
import { openAuthorization } from '@/lib/provisioning/authorization/open-authorization';
import { forAdministrator } from '../../_lib/for-administrator';

/** Sends the browser to the authorisation server of an application, to be asked there. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  return forAdministrator(request, links.applications(), ({ sessionId }) => openAuthorization(sessionId, id));
}
