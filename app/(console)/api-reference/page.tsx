import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { PageHeader } from '@/components/patterns/page-header';
import { LinkButton } from '@/components/ui/button';
import { CodeBlock } from '@/components/ui/code-block';
import { openApiDocument } from '@/lib/api/openapi';
import { may, requireSession } from '@/lib/auth/session';
import { links } from '@/lib/core/links';
import { publicOrigin } from '@/lib/core/origin';
import { InlineText } from './_components/inline-text';
import { OperationSection } from './_components/operation-section';
import { ProblemTable } from './_components/problem-table';
import { ReferenceIndex } from './_components/reference-index';
import { SchemaSection } from './_components/schema-section';
import { indexOf, pointsOf, sectionsOf } from './_components/sections';

export const metadata: Metadata = { title: 'API reference' };

/** What the API can do, made from the same document as /api/v1/openapi.json. */
export default async function ApiReferencePage() {
  const session = await requireSession('console.use');
  const origin = publicOrigin();
  const document = openApiDocument(origin);
  const sections = sectionsOf(document);
  const { schemas } = document.components;
  const server = document.servers[0]?.url ?? origin;
  return (
    <>
      <PageHeader
        title="API reference"
        description="Everything that the console does, for scripts."
        actions={
          <>
            <LinkButton href="/api/v1/openapi.json" target="_blank" prefetch={false}>
              openapi.json
            </LinkButton>
            {may(session, 'tokens.write') && <LinkButton href={links.tokens()}>API tokens</LinkButton>}
          </>
        }
      />
      <div className="grid gap-x-8 gap-y-6 lg:grid-cols-[248px_minmax(0,1fr)]">
        <div className="min-w-0 lg:-mt-6">
          <ReferenceIndex groups={indexOf(sections)} />
        </div>
        <div className="grid min-w-0 max-w-[960px] content-start gap-12">
          <Part id="begin" title="How to begin">
            <CodeBlock
              label="Every request"
              wrap
              code={`curl -H "Authorization: Bearer $TOKEN" "${server}/users?limit=1"`}
            />
            <ul className="grid max-w-prose list-disc gap-2 pl-5 marker:text-muted">
              {pointsOf(document.info.description).map(({ term, text }) => (
                <li key={term}>
                  <strong className="font-medium">{term}</strong>
                  <InlineText>{text}</InlineText>
                </li>
              ))}
            </ul>
          </Part>
          {sections.map(({ id, title, description, operations }) => (
            <Part key={id} id={id} title={title} description={description}>
              <div className="divide-y divide-line overflow-clip rounded-lg border border-line bg-surface">
                {operations.map((listed) => (
                  <OperationSection key={listed.id} listed={listed} />
                ))}
              </div>
            </Part>
          ))}
          <Part id="schemas" title="Schemas" description="What several operations answer or take.">
            <div className="divide-y divide-line overflow-clip rounded-lg border border-line bg-surface">
              {Object.entries(schemas).map(([name, schema]) => (
                <SchemaSection key={name} name={name} schema={schema} />
              ))}
            </div>
          </Part>
          <Part
            id="problems"
            title="Errors"
            description="Every code that a refusal can carry. The answer's message and hint say what is wrong this time, and how to mend it."
          >
            <ProblemTable />
          </Part>
        </div>
      </div>
    </>
  );
}

function Part({
  id,
  title,
  description,
  children,
}: {
  id: string;
  title: string;
  description?: string;
  children: ReactNode;
}) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="grid min-w-0 scroll-mt-20 gap-4">
      <div className="grid gap-0.5">
        <h2 id={`${id}-title`} className="text-base">
          {title}
        </h2>
        {description && <p className="max-w-prose text-muted">{description}</p>}
      </div>
      {children}
    </section>
  );
}
