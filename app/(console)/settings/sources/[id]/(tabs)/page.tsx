import { notFound } from 'next/navigation';
import { CopyField } from '@/components/patterns/copy-field';
import { Section } from '@/components/ui/card';
import { requireSession } from '@/lib/auth/session';
import { publicOrigin } from '@/lib/core/origin';
import { listSourceRefusals, listSourceTokens } from '@/lib/inbound/queries';
import { scimPrefix } from '@/lib/inbound/schema';
import { findSourceDetail } from '../_components/find-source';
import { Refusals } from '../_components/refusals';
import { SetupGuide } from '../_components/setup-guide';
import { SourceTokens } from '../_components/source-tokens';

/** How to connect, the tokens, and what was refused. */
export default async function SourcePage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession('sources.write');
  const source = await findSourceDetail((await params).id);
  if (!source) notFound();
  const [tokens, refusals] = await Promise.all([listSourceTokens(source.id), listSourceRefusals(source.id, 50)]);
  const url = `${publicOrigin()}${scimPrefix}`;
  return (
    <div>
      <Section title="Address" description="The SCIM base URL. The other directory has to reach it over the network.">
        <CopyField label="SCIM base URL" value={url} />
      </Section>
      <Section
        title="Tokens"
        description="A token is the other directory’s secret. Make a second one before you revoke the first."
      >
        <SourceTokens sourceId={source.id} tokens={tokens} url={url} />
      </Section>
      <Section title="Set up the other directory" description="What to type there, field by field.">
        <SetupGuide url={url} />
      </Section>
      <Section
        title="Refused requests"
        description="The last 50 of 200 that are kept. What was carried out is under Events."
        stacked
      >
        <Refusals rows={refusals} />
      </Section>
    </div>
  );
}
