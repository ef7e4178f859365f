import { Card } from '@/components/ui/card';
import { EmptyState } from '@/components/ui/empty-state';

/** Where the person has accounts, and why. */
export function UserApplications({ applications }: { userId: string; applications: number }) {
  return (
    <Card title="Applications" description="Where this person has accounts, and why." flush={applications === 0}>
      {applications === 0 ? (
        <EmptyState className="py-8" title="No access to any application">
          People have no access unless a user group of theirs is associated with an application, or they are assigned
          directly.
        </EmptyState>
      ) : (
        <p>{applications === 1 ? 'One application' : `${applications} applications`} by group or direct assignment.</p>
      )}
    </Card>
  );
}
