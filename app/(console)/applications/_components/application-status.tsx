import { Status, type Tone } from '@/components/ui/status';
import type { IdmStatus, SsoStatus } from '@/lib/applications/queries';

const ssoWords: Record<SsoStatus, { tone: Tone; word: string }> = {
  active: { tone: 'ok', word: 'Active' },
  inactive: { tone: 'inactive', word: 'Inactive' },
  not_configured: { tone: 'inactive', word: 'Not configured' },
};

const idmWords: Record<IdmStatus, { tone: Tone; word: string }> = {
  active: { tone: 'ok', word: 'Active' },
  paused: { tone: 'attention', word: 'Paused' },
  quarantined: { tone: 'error', word: 'Quarantined' },
  inactive: { tone: 'inactive', word: 'Inactive' },
  not_configured: { tone: 'inactive', word: 'Not configured' },
};

/** State of SSO, or of the bookmark. */
export function SsoStatusWord({ status, label }: { status: SsoStatus; label?: string }) {
  const { tone, word } = ssoWords[status];
  return (
    <Status tone={tone} {...(label ? { label } : {})}>
      {word}
    </Status>
  );
}

/** State of Identity Management. */
export function IdmStatusWord({ status, label }: { status: IdmStatus; label?: string }) {
  const { tone, word } = idmWords[status];
  return (
    <Status tone={tone} {...(label ? { label } : {})}>
      {word}
    </Status>
  );
}

const day = 24 * 60 * 60_000;

/** Validity of the IdP certificate: warned of 60 days before its end. */
export function CertificateWord({ until, now }: { until: Date | null; now: Date }) {
  if (!until) return <span className="text-muted">None</span>;
  const days = Math.floor((until.getTime() - now.getTime()) / day);
  const date = until.toISOString().slice(0, 10);
  if (days < 0)
    return (
      <Status tone="error" title={date}>
        Expired
      </Status>
    );
  if (days < 60) return <Status tone="attention" title={date}>{`${days} ${days === 1 ? 'day' : 'days'} left`}</Status>;
  return <Status tone="ok" title={`Valid until ${date}`}>{`Until ${date}`}</Status>;
}
