'use client';

import { SettingFields } from '@/components/patterns/setting-fields';
import { Card } from '@/components/ui/card';
import { FormColumn } from '@/components/ui/field';
import { scheduleSettings } from '@/lib/imports/schedule-settings';

/** As the form has them: within `schedule`. */
const fields = Object.fromEntries(
  Object.entries(scheduleSettings).map(([name, setting]) => [`schedule.${name}`, setting]),
);

/** When an import starts by itself, and how many new people it may bring. */
export function ScheduleFields({ readOnly }: { readOnly: boolean }) {
  return (
    <Card title="Scheduled imports" description="Off unless an interval is chosen.">
      <fieldset disabled={readOnly}>
        <FormColumn>
          <SettingFields settings={fields} disabled={readOnly} />
        </FormColumn>
      </fieldset>
    </Card>
  );
}
