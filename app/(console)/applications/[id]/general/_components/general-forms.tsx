'use client';

import { useRef } from 'react';
import type { UpdateApplicationInput } from '@/lib/applications/schema';
import { GeneralForm } from './general-form';
import { UsernameFormatForm } from './username-format-form';

/** The forms of the tab. They save the same row, so they share the version that they were loaded with. */
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
  const version = useRef(application.version);
  return (
    <>
      <GeneralForm application={application} version={version} templateColor={templateColor} readOnly={readOnly} />
      {usernameFormat !== undefined && (
        <UsernameFormatForm
          applicationId={application.id}
          version={version}
          usernameFormat={usernameFormat}
          readOnly={readOnly}
        />
      )}
    </>
  );
}
