'use client';

import { FormProvider } from 'react-hook-form';
import { ConflictNotice } from '@/components/patterns/conflict-notice';
import { FormError } from '@/components/patterns/form-error';
import { comparedSettings, SettingFields } from '@/components/patterns/setting-fields';
import { useVersionedForm } from '@/components/patterns/use-versioned-form';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { sameJson } from '@/lib/core/same-json';
import type { IntegrationState } from '@/lib/provisioning/queries/integration-state';
import { serverProfileFormSchema } from '@/lib/provisioning/schema';
import { profileNames, type ServerProfile, serverProfile } from '@/lib/scim/profile';
import { updateServerProfileAction } from '../actions';

/** Sets what the server can do. What is left as it is stays whose it was. */
export function EditServerProfile({
  applicationId,
  version,
  profile,
  onClose,
}: {
  applicationId: string;
  version: number;
  profile: IntegrationState['profile'];
  onClose: () => void;
}) {
  const values = Object.fromEntries(
    profileNames.map((name) => [name, profile[name].value]),
  ) as unknown as ServerProfile;
  const { form, submit, pending, error, conflict } = useVersionedForm({
    schema: serverProfileFormSchema,
    defaultValues: { applicationId, version, ...values },
    version,
    fields: comparedSettings(serverProfile),
    action: (typed, current) => {
      const changed = profileNames.filter((name) => !sameJson(typed[name], values[name]));
      const said = Object.fromEntries(changed.map((name) => [name, typed[name]]));
      return updateServerProfileAction({ applicationId, version: current, ...said });
    },
    success: 'Saved',
    onSuccess: onClose,
    after: 'none',
  });
  return (
    <Dialog open onOpenChange={(open) => !open && !pending && onClose()}>
      <DialogContent
        title="What the server can do"
        description="What you change here goes before what the server says of itself and what it teaches, until you reset it."
        footer={
          <>
            <Button onClick={onClose} disabled={pending}>
              Cancel
            </Button>
            <Button type="submit" form="server-profile" variant="primary" pending={pending}>
              Save
            </Button>
          </>
        }
      >
        <FormProvider {...form}>
          <form id="server-profile" onSubmit={submit} noValidate className="grid gap-4">
            <ConflictNotice conflict={conflict} title="Somebody else changed this connection in the meantime" />
            <FormError error={error} />
            <SettingFields settings={serverProfile} disabled={pending} />
          </form>
        </FormProvider>
      </DialogContent>
    </Dialog>
  );
}
