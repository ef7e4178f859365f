import { atLeast } from '@/components/patterns/at-least';
import { LinkButton } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { links } from '@/lib/core/links';
import type { Counted } from '@/lib/db/bounded-count';

/** That something is to be done by hand over there, and where it is listed; nothing where there is none. */
export function TasksNotice({ applicationId, tasks }: { applicationId: string; tasks: Counted }) {
  if (tasks.total === 0) return null;
  const count = atLeast(tasks.total, tasks.totalIsExact);
  return (
    <Callout
      kind="info"
      className="mb-6"
      title={`${count} manual ${tasks.total === 1 ? 'task' : 'tasks'}`}
      actions={<LinkButton href={links.application(applicationId).manualTasks()}>Show</LinkButton>}
    >
      Only a person can do this in the application. Nothing waits for it.
    </Callout>
  );
}
