import { links } from '@/lib/core/links';
import { openAuthorization } from '@/lib/provisioning/authorization/open-authorization';
import { forAdministrator } from '../../_lib/for-administrator';

/** Sends the browser to the authorisation server of an application, to be asked there. */
export const GET = forAdministrator<{ id: string }>((_request, { id }) => ({
  back: links.applications(),
  run: ({ sessionId }) => openAuthorization(sessionId, id),
}));
