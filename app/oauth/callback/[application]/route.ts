import { links } from '@/lib/core/links';
import { finishAuthorization } from '@/lib/provisioning/authorization/finish-authorization';
import { forAdministrator } from '../../_lib/for-administrator';

/** Where the authorisation server of an application sends the browser back. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ application: string }> },
): Promise<Response> {
  const { application } = await params;
  const back = links.application(encodeURIComponent(application)).identityManagement();
  return forAdministrator(request, back, async (browser) => {
    await finishAuthorization(browser, application, new URL(request.url).searchParams);
    return back;
  });
}
