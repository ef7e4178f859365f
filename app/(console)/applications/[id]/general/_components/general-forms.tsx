'use client';

import { type RefObject, useRef } from 'react';
import type { UpdateApplicationInput } from '@/lib/applications/schema';
import { GeneralForm } from './general-form';
import { UsernameFormatForm } from './username-format-form';

/**
 * The forms of the tab. They save the same row: what one of them saved is no surprise to the other, and what somebody else
 * saved each of them decides about for itself.
 */
export function GeneralForms({
  application,
  templateColor,
  usernameFormat,
  readOnly,
}: {
  application: UpdateApplicationInput;
  templateColor: string;
  /** Absent for bookmarks. */
  usernameFormat: string | undefined;
  readOnly: boolean;
}) {
  const general = useRef(application.version);
  const format = useRef(application.version);
  const follow = (other: RefObject<number>) => (saved: { version: number }) => {
    if (other.current === saved.version - 1) other.current = saved.version;
  };
  return (
    <>
      <GeneralForm
        application={application}
        version={general}
        onSaved={follow(format)}
        templateColor={templateColor}
        readOnly={readOnly}
      />
      {usernameFormat !== undefined && (
        <UsernameFormatForm
          applicationId={application.id}
          version={format}
          onSaved={follow(general)}
          usernameFormat={usernameFormat}
          readOnly={readOnly}
        />
      )}
    </>
  );
}
