import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyField } from '@/components/patterns/copy-field';
import { buttonStyle } from '@/components/ui/button';
import type { IdpAddresses } from '@/lib/sso/addresses';

/** What is copied to the service provider. `children` is the certificate's menu. */
export function GiveColumn({ addresses, children }: { addresses: IdpAddresses; children: ReactNode }) {
  return (
    <div className="grid content-start gap-4">
      <CopyField label="IdP URL" value={addresses.idpUrl} help="SSO IdP URL: not editable after creation." />
      <CopyField label="IdP Entity ID" value={addresses.idpEntityId} />
      <CopyField
        label="Single logout URL"
        value={addresses.logoutUrl}
        help="Takes LogoutRequests and LogoutResponses, by HTTP-Redirect and HTTP-POST."
      />
      <CopyField
        label="Metadata URL"
        value={addresses.metadataUrl}
        help="For service providers that read metadata by themselves."
      />
      <div className="flex flex-wrap gap-2">
        {/* A plain link: the browser saves the file and stays here. */}
        <a
          href={`${new URL(addresses.metadataUrl).pathname}?download`}
          download
          className={buttonStyle({ size: 'md' })}
        >
          <Download aria-hidden /> Export metadata
        </a>
        {children}
      </div>
    </div>
  );
}
