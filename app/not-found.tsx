import type { Metadata } from 'next';
import { MessagePage } from '@/components/message-page';
import { LinkButton } from '@/components/ui/button';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <MessagePage
      title="There is nothing at this address"
      actions={
        <LinkButton href="/" variant="primary">
          Go to the start page
        </LinkButton>
      }
    >
      <p>What was here may have been deleted or renamed, or the link is incomplete.</p>
    </MessagePage>
  );
}
