import type { tokenRoles } from '@/lib/tokens/schema';

type TokenRole = (typeof tokenRoles)[number];

export const roleWords: Record<TokenRole, { label: string; help: string }> = {
  administrator: {
    label: 'Administrator',
    help: 'Everything that administrators do in the console: people, groups, applications, connections, tokens.',
  },
  helpdesk: {
    label: 'Helpdesk',
    help: 'Reads everything but secrets; runs and retries provisioning and imports. Changes no settings.',
  },
};

/** A role as a word. Tokens of ordinary people are not made, but the database could hold one. */
export function roleLabel(role: string): string {
  return role in roleWords ? roleWords[role as TokenRole].label : 'User';
}
