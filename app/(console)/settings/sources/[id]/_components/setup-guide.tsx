'use client';

import type { ReactNode } from 'react';
import { CopyField } from '@/components/patterns/copy-field';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/components/ui/tabs';

const extension = 'urn:ietf:params:scim:schemas:extension:latchkey:2.0:User';

/** What to type in the other directory, in its own words, each value with a copy button. */
export function SetupGuide({ url }: { url: string }) {
  return (
    <Tabs defaultValue="entra">
      <TabsList aria-label="The other directory">
        <TabsTrigger value="entra">Microsoft Entra ID</TabsTrigger>
        <TabsTrigger value="okta">Okta</TabsTrigger>
        <TabsTrigger value="other">Another one</TabsTrigger>
      </TabsList>
      <TabsContent value="entra" className="pt-4">
        <Steps>
          <li>
            Enterprise applications › New application › Create your own application ›{' '}
            <b>Integrate any other application</b>.
          </li>
          <li>
            Provisioning › Provisioning Mode <b>Automatic</b> › Admin Credentials:
            <CopyField
              className="pt-2"
              label="Tenant URL"
              value={`${url}?aadOptscim062020`}
              help="With this flag Entra sends PATCH as the standard has it; without, it works as well."
            />
            <p className="pt-2">
              Secret Token: a token of this source. Then <b>Test Connection</b>.
            </p>
          </li>
          <li>
            Mappings › Provision Users: keep userName, active, displayName, name, emails, title, phoneNumbers[type eq
            "work"], addresses[type eq "work"].formatted, employeeNumber, department, manager. Others may stay: they are
            passed over.
            <CopyField
              className="pt-2"
              label="An attribute of your own"
              value={`${extension}:badge`}
              help="Edit attribute list, then map it. It becomes the custom attribute badge."
            />
          </li>
          <li>
            Users and groups: assign whom to send. Settings › Provisioning Status <b>On</b>. The first cycle comes at
            once, then every 40 minutes.
          </li>
        </Steps>
      </TabsContent>
      <TabsContent value="okta" className="pt-4">
        <Steps>
          <li>
            Applications › Browse App Catalog › <b>SCIM 2.0 Test App (OAuth Bearer Token)</b>, or an application of your
            own with SCIM provisioning.
          </li>
          <li>
            Provisioning › Integration:
            <CopyField className="pt-2" label="SCIM connector base URL" value={url} />
            <CopyField className="pt-2" label="Unique identifier field for users" value="userName" />
            <p className="pt-2">
              Supported actions: Push New Users, Push Profile Updates, Push Groups. Authentication Mode{' '}
              <b>HTTP Header</b>, with a token of this source. Then <b>Test Connector Configuration</b>.
            </p>
          </li>
          <li>
            Provisioning › To App: Create Users, Update User Attributes, Deactivate Users. Sync Password stays off:
            passwords are chosen in Latchkey.
          </li>
          <li>Assignments: whom to send. Push Groups: which groups, after their people.</li>
        </Steps>
      </TabsContent>
      <TabsContent value="other" className="pt-4">
        <Steps>
          <li>
            SCIM 2.0 (RFC 7643, RFC 7644), bearer token.
            <CopyField className="pt-2" label="SCIM base URL" value={url} />
            <CopyField
              className="pt-2"
              label="Header"
              value="Authorization: Bearer "
              help="Followed by a token of this source."
            />
          </li>
          <li>Matching: look people up by userName or externalId, groups by displayName.</li>
          <li>Needed of a person: userName, and an e-mail address in emails or as the userName.</li>
          <li>
            A leaver: active false suspends, DELETE deletes for 30 days in which the same person sent again is restored.
          </li>
        </Steps>
      </TabsContent>
    </Tabs>
  );
}

function Steps({ children }: { children: ReactNode }) {
  return <ol className="grid list-decimal gap-4 pl-5 marker:text-muted [&>li]:pl-1">{children}</ol>;
}
