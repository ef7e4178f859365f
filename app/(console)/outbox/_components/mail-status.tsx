import { Status } from '@/components/ui/status';

/** Whether the mail server has taken the mail. */
export function MailStatus({ sentAt, error }: { sentAt: Date | null; error: string | null }) {
  if (sentAt) return <Status tone="ok">Sent</Status>;
  return error ? (
    <Status tone="error" title={error}>
      Failed
    </Status>
  ) : (
    <Status tone="inactive">Not sent</Status>
  );
}
