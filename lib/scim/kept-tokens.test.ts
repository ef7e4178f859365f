import { describe, expect, test } from 'vitest';
import { type KeptTokens, renewTokens, toKept } from './kept-tokens';
import type { TokenAnswer } from './token-endpoint';

const now = 1_000_000;
const kept: KeptTokens = { accessToken: 'a1', refreshToken: 'r1', renewAt: now + 60_000, endsAt: now + 120_000 };
const issued = (refreshToken?: string): TokenAnswer => ({
  ok: true,
  token: { accessToken: 'a2', expiresIn: 600, refreshToken },
});
const failure = (kind: 'network' | 'rate_limited' | 'unauthorized'): TokenAnswer => ({
  ok: false,
  failure: { kind, detail: kind },
});

/** What becomes of these tokens, and which refresh tokens were used for it. */
async function renew(tokens: KeptTokens | undefined, answer: TokenAnswer, { at = now, refused = '' } = {}) {
  const used: string[] = [];
  const refresh = async (token: string) => {
    used.push(token);
    return answer;
  };
  const renewal = await renewTokens(tokens, refused || undefined, refresh, () => at);
  const { answer: told } = renewal;
  return {
    used,
    keep: renewal.keep,
    token: told.ok ? told.token : undefined,
    failure: told.ok ? undefined : told.failure,
  };
}

test('what is kept serves until shortly before its end, for the time that is left', async () => {
  expect(await renew(kept, issued())).toMatchObject({ used: [], token: { accessToken: 'a1', expiresIn: 120 } });
});

test.each([
  ['about to end', { at: kept.renewAt }],
  ['ended', { at: kept.endsAt + 1 }],
  ['refused by the server', { refused: 'a1' }],
])('what is %s is refreshed, and the next refresh token is kept', async (_, when) => {
  const renewed = await renew(kept, issued('r2'), when);
  expect(renewed).toMatchObject({ used: ['r1'], token: { accessToken: 'a2' }, keep: { refreshToken: 'r2' } });
});

test('what was refused elsewhere, and replaced since, is no reason to refresh again', async () => {
  expect(await renew(kept, issued(), { refused: 'a0' })).toMatchObject({ used: [], token: { accessToken: 'a1' } });
});

test('a server that rotates nothing is asked by the same refresh token again', () => {
  expect(toKept({ accessToken: 'a2', expiresIn: 600, refreshToken: undefined }, now, kept)).toEqual({
    accessToken: 'a2',
    refreshToken: 'r1',
    endsAt: now + 600_000,
    renewAt: now + 540_000,
  });
});

describe('where the token endpoint does not issue one', () => {
  test.each(['network', 'rate_limited'] as const)(
    'for a while (%s), the old one serves as long as it lasts',
    async (kind) => {
      expect(await renew(kept, failure(kind), { at: kept.renewAt })).toMatchObject({ token: { accessToken: 'a1' } });
      expect(await renew(kept, failure(kind), { at: kept.endsAt })).toMatchObject({ failure: { kind } });
      expect(await renew(kept, failure(kind), { refused: 'a1' })).toMatchObject({ failure: { kind } });
    },
  );

  test('any more, that is told at once, and nothing that was kept is lost', async () => {
    const refused = await renew(kept, failure('unauthorized'), { at: kept.renewAt });
    expect(refused).toMatchObject({ failure: { kind: 'unauthorized' }, keep: undefined });
  });
});

test('without a refresh token, or disconnected, somebody is told to reconnect, and nobody is asked', async () => {
  const bare = { ...kept, refreshToken: undefined };
  expect(await renew(bare, issued(), { at: kept.renewAt }), 'it serves to its end').toMatchObject({
    token: { accessToken: 'a1' },
  });
  const hint = 'Reconnect on the Identity Management tab.';
  for (const when of [{ at: kept.endsAt }, { refused: 'a1' }]) {
    expect(await renew(bare, issued(), when)).toMatchObject({ used: [], failure: { kind: 'unauthorized', hint } });
  }
  expect(await renew(undefined, issued())).toMatchObject({ used: [], failure: { kind: 'unauthorized', hint } });
});
