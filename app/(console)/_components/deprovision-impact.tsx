'use client';

import { useQuery } from '@tanstack/react-query';
import { Callout } from '@/components/ui/callout';
import { Spinner } from '@/components/ui/spinner';
import type { DeprovisionPreview } from '@/lib/provisioning/queries/deprovision-preview';

/**
 * Inside a dialog that would deprovision: how many accounts, where, and the first names. Asked when the dialog opens.
 * @param url the preview's route @param verb what becomes of the accounts
 */
export function DeprovisionImpact({ url, verb = 'deactivated' }: { url: string; verb?: string }) {
  const { data, isPending, isError } = useQuery({
    queryKey: ['deprovision-preview', url],
    staleTime: 0,
    queryFn: async (): Promise<DeprovisionPreview> => {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(`The preview was refused: ${answer.status}`);
      return answer.json();
    },
  });
  if (isPending) return <Spinner label="Counting accounts" />;
  if (isError) {
    return (
      <Callout kind="warning" title="The accounts could not be counted">
        Close this and try again, if you want to know how many there are.
      </Callout>
    );
  }
  if (data.applications.length === 0) return <Callout title="No account in any application is affected." />;
  const isExact = data.applications.every((impact) => impact.isExact);
  return (
    <Callout
      kind={data.accounts > 0 ? 'warning' : 'info'}
      title={`${count(data.accounts, 'account', isExact)} will be ${verb}`}
    >
      <ul className="mt-1 grid gap-1">
        {data.applications.map((impact) => (
          <li key={impact.applicationId}>
            <span className="font-medium">{impact.displayLabel}</span>:{' '}
            {count(impact.accounts, 'account', impact.isExact)}
            {impact.people !== impact.accounts && `, ${atLeast(impact.people, impact.isExact)} lose access`}
            {impact.names.length > 0 && ` (${named(impact.names, impact.accounts, impact.isExact)})`}
          </li>
        ))}
      </ul>
    </Callout>
  );
}

function count(number: number, noun: string, isExact: boolean): string {
  return `${atLeast(number, isExact)} ${noun}${number === 1 && isExact ? '' : 's'}`;
}

/** "1,000", or "1,000+" where not all were counted. */
function atLeast(number: number, isExact: boolean): string {
  return `${number.toLocaleString('en')}${isExact ? '' : '+'}`;
}

function named(names: readonly string[], all: number, isExact: boolean): string {
  const more = all - names.length;
  return more > 0 ? `${names.join(', ')} and ${atLeast(more, isExact)} more` : names.join(', ');
}
