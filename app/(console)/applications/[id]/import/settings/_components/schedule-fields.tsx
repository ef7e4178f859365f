'use client';

import { SettingFields } from '@/components/patterns/setting-fields';
import { Card } from '@/components/ui/card';
import { FormColumn } from '@/components/ui/field';
import { scheduleSettings } from '@/lib/imports/schedule-settings';

/** As the form has them: within `schedule`. */
const fields = Object.fromEntries(
  Object.entries(scheduleSettings).map(([name, setting]) => [`schedule.${name}`, setting]),
);

/** What an import reads, when one starts by itself, and how many people it may bring, or take access from. */
export function ScheduleFields({ readOnly }: { readOnly: boolean }) {
  return (
    <Card title="What is imported, and when" description="By itself only where an interval is chosen.">
      <fieldset disabled={readOnly}>
        <FormColumn>
          <SettingFields settings={fields} disabled={readOnly} />
        </FormColumn>
      </fieldset>
    </Card>
  );
}
