import { Status } from '@/components/ui/status';

/** The state of a person in one word. `pending` means that no password was ever set. */
export function UserStatus(props: { status: 'active' | 'suspended'; pending: boolean; deletedAt: Date | null }) {
  if (props.deletedAt) return <Status tone="error">Deleted</Status>;
  if (props.status === 'suspended') return <Status tone="inactive">Suspended</Status>;
  return props.pending ? (
    <Status tone="attention" title="Active; has not chosen a password yet">
      Password pending
    </Status>
  ) : (
    <Status tone="ok">Active</Status>
  );
}
