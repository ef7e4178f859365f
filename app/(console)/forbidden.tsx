import { MessagePage } from '@/components/message-page';
import { LinkButton } from '@/components/ui/button';

/** 403: signed in, but the role does not allow this page. */
export default function Forbidden() {
  return (
    <MessagePage title="Your role does not allow this" actions={<LinkButton href="/">Go to the start page</LinkButton>}>
      <p>You are signed in, but this page is for administrators. The attempt was written to the events.</p>
      <p>Ask an administrator if you need it.</p>
    </MessagePage>
  );
}
