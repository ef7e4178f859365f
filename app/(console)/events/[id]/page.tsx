import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { DiffTable } from '@/components/patterns/diff-table';
import { PageHeader } from '@/components/patterns/page-header';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { Badge } from '@/components/ui/badge';
import { TextLink } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Card } from '@/components/ui/card';
import { Status } from '@/components/ui/status';
import { DescriptionList } from '@/components/ui/table';
import { may, requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { links } from '@/lib/core/links';
import { type EventDetail, getEvent } from '@/lib/events/queries';
import { eventNames } from '@/lib/events/schema';
import { ExchangeCard } from '../_components/exchange-card';

export const metadata: Metadata = { title: 'Event' };

/** One event: who, what, before and after, and the request behind it. */
export default async function EventPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireSession('events.read');
  const event = await findEvent((await params).id);
  const failed = event.outcome === 'error';
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Events', href: links.events() }, { label: event.name }]}
        title={<span className="font-mono">{event.name}</span>}
        description={eventNames[event.name as keyof typeof eventNames]}
        status={<Status tone={failed ? 'error' : 'ok'}>{failed ? 'Error' : 'Success'}</Status>}
      />
      <div className="grid gap-5">
        {event.message && (
          <Callout kind={failed ? 'error' : 'info'} {...(event.code ? { title: event.code } : {})}>
            {event.message}
          </Callout>
        )}
        <Card title="What happened">
          <DescriptionList items={facts(event, may(session, 'tokens.write'))} />
        </Card>
        {event.changes && (
          <section className="grid gap-2">
            <h2 className="font-semibold">Before and after</h2>
            <DiffTable label="Before and after" rows={diffRows(event)} />
          </section>
        )}
        {event.exchange && <ExchangeCard exchange={event.exchange} durationMs={event.durationMs} />}
      </div>
    </>
  );
}

async function findEvent(id: string): Promise<EventDetail> {
  return getEvent(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
}

const linked = (href: string | undefined, words: string) => (href ? <TextLink href={href}>{words}</TextLink> : words);

/** A person, the product itself, or a token: then what was done came by the API. */
function actorOf(event: EventDetail, maySeeTokens: boolean) {
  if (!event.tokenId) return linked(event.actorId ? links.user(event.actorId) : undefined, event.actorName);
  const tokens = links.tokens({ q: event.actorName });
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {linked(maySeeTokens ? tokens : undefined, event.actorName)}
      <Badge>API token</Badge>
    </span>
  );
}

function facts(event: EventDetail, maySeeTokens: boolean) {
  const { present } = event;
  const application = links.application(event.applicationId ?? '');
  return [
    { label: 'Time', value: <AbsoluteTime at={event.at} seconds /> },
    ...(event.count === 1
      ? []
      : [{ label: 'How often', value: `${event.count.toLocaleString('en')} times in the minute before` }]),
    { label: 'Actor', value: actorOf(event, maySeeTokens) },
    ...(event.clientAddress ? [{ label: 'Client address', value: event.clientAddress, mono: true }] : []),
    ...(event.targetName
      ? [
          {
            label: 'Target',
            value: (
              <span className="flex flex-wrap gap-x-3">
                {linked(present.target ? links[present.target](event.targetId ?? '') : undefined, event.targetName)}
                <TextLink href={links.events({ target: event.targetId ?? '' })}>All events</TextLink>
              </span>
            ),
          },
        ]
      : []),
    ...(event.applicationLabel
      ? [
          {
            label: 'Application',
            value: linked(present.application ? application.overview() : undefined, event.applicationLabel),
          },
        ]
      : []),
    ...(event.cycleId
      ? [
          {
            label: 'Cycle',
            value: (
              <span className="flex flex-wrap gap-x-3">
                {linked(present.cycle ? application.cycle(event.cycleId) : undefined, 'Open the cycle')}
                <TextLink href={links.events({ cycle: event.cycleId })}>All events</TextLink>
              </span>
            ),
          },
        ]
      : []),
    ...(event.operationId && present.application
      ? [
          {
            label: 'Attempt',
            value: <TextLink href={application.onDemand({ attempt: event.operationId })}>Step by step</TextLink>,
          },
        ]
      : []),
    { label: 'Event ID', value: event.id, mono: true },
  ];
}

function diffRows({ changes }: EventDetail) {
  return Object.entries(changes ?? {}).map(([name, { from, to }]) => ({
    name,
    before: words(from),
    after: words(to),
    changed: true,
  }));
}

function words(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (Array.isArray(value)) return value.map((one) => words(one) ?? '').join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
