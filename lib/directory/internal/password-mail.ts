import type { User } from '@/lib/db/generated/client';
import type { MailDraft } from '@/lib/mail/send-later';
import { activationDays, passwordLinkMinutes } from '../schema';

/** The mail that carries a one-time link. @param requested by the person, with Forgot password; else by an administrator */
export function passwordMail(user: User, url: string, requested: boolean): MailDraft {
  const once = (age: string) => `Your username is ${user.username}. The link works once, and for ${age}.`;
  const lines = user.passwordHash
    ? [
        requested
          ? 'somebody, you we hope, asked for a new password for your account. Choose it here:'
          : 'an administrator sends you this link to choose a new password:',
        url,
        '',
        once(requested ? `${passwordLinkMinutes} minutes` : `${activationDays} days`),
        'Until then your present password works. If you do not want another one, you need not do anything.',
      ]
    : [
        'an account was prepared for you. Choose your password here:',
        url,
        '',
        once(`${activationDays} days`),
        'If you did not expect this mail, you need not do anything.',
      ];
  return {
    to: user.email,
    subject: user.passwordHash ? 'Choose a new Latchkey password' : 'Set your Latchkey password',
    text: [`Hello ${user.firstname},`, '', ...lines].join('\n'),
  };
}
