import { OutcomeBar } from '@/components/patterns/progress-bar';
import { TextLink } from '@/components/ui/button';
import type { UserBatchDetail } from '@/lib/batches/queries';
import { links } from '@/lib/core/links';

/** What importing the file would do, in numbers; each leads to its lines. */
export function FileReview({ batch }: { batch: UserBatchDetail }) {
  const { id, planned, counts } = batch;
  if (!planned) return null;
  return (
    <div className="grid gap-2">
      <OutcomeBar
        parts={[
          { id: 'create', label: 'to be created', count: planned.create, tone: 'create' },
          { id: 'update', label: 'to be updated', count: planned.update, tone: 'update' },
          { id: 'same', label: 'are so already', count: planned.same, tone: 'skip' },
          { id: 'refused', label: 'refused', count: counts.refused, tone: 'error' },
        ]}
      />
      <p className="flex flex-wrap gap-x-4 text-muted">
        Show <TextLink href={links.userBatch(id)}>all</TextLink>
        <TextLink href={links.userBatch(id, { kind: 'create' })}>created</TextLink>
        <TextLink href={links.userBatch(id, { kind: 'update' })}>updated</TextLink>
        <TextLink href={links.userBatch(id, { state: 'refused' })}>refused</TextLink>
      </p>
    </div>
  );
}
