import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { PageHeader } from '@/components/patterns/page-header';
import { AbsoluteTime } from '@/components/patterns/relative-time';
import { Card } from '@/components/ui/card';
import { CodeBlock } from '@/components/ui/code-block';
import { DescriptionList } from '@/components/ui/table';
import { requireSession } from '@/lib/auth/session';
import { AppError } from '@/lib/core/errors';
import { links } from '@/lib/core/links';
import { readMail } from '@/lib/mail/read-outbox';
import { MailStatus } from '../_components/mail-status';

export const metadata: Metadata = { title: 'Mail' };

export default async function MailPage({ params }: { params: Promise<{ id: string }> }) {
  await requireSession('outbox.read');
  const { id } = await params;
  if (!z.uuid().safeParse(id).success) notFound();
  const mail = await readMail(id).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound();
    throw error;
  });
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Outbox', href: links.outbox() }, { label: mail.subject }]}
        title={mail.subject}
        status={<MailStatus sentAt={mail.sentAt} error={mail.error} />}
      />
      <div className="grid max-w-[800px] gap-5">
        <Card>
          <DescriptionList
            items={[
              { label: 'To', value: mail.to },
              { label: 'Written', value: <AbsoluteTime at={mail.createdAt} /> },
              { label: 'Sent', value: mail.sentAt ? <AbsoluteTime at={mail.sentAt} /> : 'Not sent' },
              ...(mail.error ? [{ label: 'The mail server said', value: mail.error }] : []),
            ]}
          />
        </Card>
        <CodeBlock label="Text of the mail" code={mail.text} wrap />
      </div>
    </>
  );
}
