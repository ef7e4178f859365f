import { answerNextAuth } from '@/lib/auth/answer-next-auth';
import { carefully } from '@/lib/auth/careful-next-auth';

const handler = carefully(answerNextAuth);

export { handler as GET, handler as POST };
