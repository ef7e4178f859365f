import { links } from '@/lib/core/links';
import { finishAuthorization } from '@/lib/provisioning/authorization/finish-authorization';
import { forAdministrator } from '../../_lib/for-administrator';

/** Where the authorisation server of an application sends the browser back. */
export const GET = forAdministrator<{ application: string }>((request, { application }) => {
  const back = links.application(encodeURIComponent(application)).identityManagement();
  return {
    back,
    run: async (browser) => {
      await finishAuthorization(browser, application, new URL(request.url).searchParams);
      return back;
    },
  };
});
