import type { Metadata } from 'next';
import { requireSession } from '@/lib/auth/session';
import { publicOrigin } from '@/lib/core/origin';
import { listTokens } from '@/lib/tokens/queries';
import { tokenFilterSchema } from '@/lib/tokens/schema';
import { TokensScreen } from './_components/tokens-screen';

export const metadata: Metadata = { title: 'API tokens' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** What scripts sign in with. For administrators: a token can be given their role. */
export default async function TokensPage({ searchParams }: Props) {
  await requireSession('tokens.write');
  const page = await listTokens(tokenFilterSchema.parse(await searchParams));
  return <TokensScreen page={page} origin={publicOrigin()} />;
}
