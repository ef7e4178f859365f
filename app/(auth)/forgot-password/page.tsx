import type { Metadata } from 'next';
import { ForgotPasswordForm } from './forgot-password-form';

export const metadata: Metadata = { title: 'Forgot password', referrer: 'no-referrer' };
// Whether mail is sent stands in the environment, which is not there while the product is being built.
export const dynamic = 'force-dynamic';

/** Asks for a link by mail. The answer is the same whoever has the name, if anybody has. */
export default function ForgotPasswordPage() {
  return <ForgotPasswordForm mailIsSent={Boolean(process.env.SMTP_URL)} />;
}
