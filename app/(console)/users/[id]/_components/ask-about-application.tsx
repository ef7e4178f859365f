'use client';

import { useRouter } from 'next/navigation';
import { Combobox } from '@/components/ui/combobox';
import { links } from '@/lib/core/links';

/** Leads to why the person has, or has not, an account in any other application. */
export function AskAboutApplication({
  userId,
  applications,
}: {
  userId: string;
  applications: readonly { id: string; displayLabel: string }[];
}) {
  const router = useRouter();
  return (
    <Combobox
      aria-label="Why no account in …"
      options={applications.map(({ id, displayLabel }) => ({ value: id, label: displayLabel }))}
      value={undefined}
      onChange={({ value }) => router.push(links.application(value).assignment(userId))}
      placeholder="Why no account in …"
      searchPlaceholder="Search applications"
      className="w-56"
    />
  );
}
