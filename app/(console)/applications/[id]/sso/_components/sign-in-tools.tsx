import Link from 'next/link';
import { buttonStyle } from '@/components/ui/button';
import { links } from '@/lib/core/links';

/** What there is to find out about sign-ins to this application. @param failed in the last day */
export function SignInTools({ applicationId, failed }: { applicationId: string; failed: number }) {
  const { failedSignIns, testSso } = links.application(applicationId);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Link href={testSso()} className={buttonStyle({ size: 'sm' })}>
        Test SSO
      </Link>
      <Link href={failedSignIns()} className={buttonStyle({ size: 'sm' })}>
        Failed sign-ins
        {failed > 0 && <span className="text-muted tabular-nums">{failed} in the last day</span>}
      </Link>
    </div>
  );
}
