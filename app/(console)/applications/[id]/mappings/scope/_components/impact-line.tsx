import { Callout } from '@/components/ui/callout';
import { Skeleton } from '@/components/ui/skeleton';
import type { ObjectType } from '@/lib/mappings/schema';
import type { FilterImpact } from '@/lib/provisioning/queries/filter-preview';

const number = (count: number) => count.toLocaleString('en');

/** Whom the filter lets through as it is now, and what saving it would change. */
export function ImpactLine({
  impact,
  objectType,
  dirty,
  failed,
  refused,
}: {
  impact: FilterImpact | undefined;
  objectType: ObjectType;
  dirty: boolean;
  failed: string | undefined;
  /** A clause cannot be asked. */
  refused: boolean;
}) {
  if (failed) return <Callout kind="error" title={failed} />;
  if (refused) return <p className="text-muted">Complete the clauses to see whom the filter lets through.</p>;
  if (!impact) return <Skeleton className="h-5 w-80" />;
  const { inScope, filteredOut, enters, leaves, isExact } = impact;
  const those = objectType === 'user' ? 'active people with access' : 'associated user groups';
  const all = `${isExact ? '' : 'more than '}${number(inScope + filteredOut)}`;
  return (
    <p role="status" className="max-w-[720px]">
      Of {all} {those}, <strong className="font-semibold">{number(inScope)}</strong> {inScope === 1 ? 'is' : 'are'} in
      scope and <strong className="font-semibold">{number(filteredOut)}</strong> {filteredOut === 1 ? 'is' : 'are'}{' '}
      filtered out.
      {dirty && (
        <>
          {' '}
          {enters + leaves === 0
            ? 'Saving changes nothing for anybody.'
            : `Saving takes ${number(enters)} in and ${number(leaves)} out.`}
        </>
      )}
    </p>
  );
}
