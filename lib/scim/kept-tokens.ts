import { lifeOf } from './access-tokens';
import type { IssuedToken, TokenAnswer } from './token-endpoint';

/** The tokens of an authorisation, as they are kept. Times in milliseconds since 1970 of real time. */
export interface KeptTokens {
  accessToken: string;
  /** Undefined: the server gave none; when the access token ends, somebody has to authorise again. */
  refreshToken: string | undefined;
  endsAt: number;
  /** From when on they are refreshed. */
  renewAt: number;
}

/** What becomes of them: `keep` is kept before anybody hears `answer`. */
export interface Renewal {
  answer: TokenAnswer;
  keep?: KeptTokens;
}

/** Where the tokens of one authorisation are kept, for all processes. */
export interface TokenKeeper {
  /**
   * Runs `renew` alone among all processes, with what is kept at that moment; undefined: it was disconnected. What it keeps is stored
   * before this ends, because a refresh token may be good for one use only.
   */
  alone(renew: (kept: KeptTokens | undefined) => Promise<Renewal>): Promise<TokenAnswer>;
}

/** @param asked when they were asked for @param before what was kept: a server that rotates nothing sends no other refresh token */
export function toKept(token: IssuedToken, asked: number, before?: KeptTokens): KeptTokens {
  const refreshToken = token.refreshToken ?? before?.refreshToken;
  return { accessToken: token.accessToken, refreshToken, ...lifeOf(asked, token.expiresIn) };
}

/**
 * The access token of an authorisation: the one that is kept, while it lasts and the server takes it, or the next one (RFC 6749 §6).
 * Where the endpoint cannot be reached, the old one serves as long as it lasts.
 * @param refused what the server has refused @param refresh asks the token endpoint
 */
export async function renewTokens(
  kept: KeptTokens | undefined,
  refused: string | undefined,
  refresh: (refreshToken: string) => Promise<TokenAnswer>,
  now: () => number = Date.now,
): Promise<Renewal> {
  if (!kept) return { answer: mustReconnect('The connection was disconnected') };
  const asked = now();
  const serves = kept.accessToken !== refused && asked < kept.endsAt;
  if (serves && (asked < kept.renewAt || kept.refreshToken === undefined)) return { answer: stillGood(kept, asked) };
  if (kept.refreshToken === undefined) {
    const why = refused === kept.accessToken ? 'was refused' : 'has ended';
    return { answer: mustReconnect(`The access token ${why}, and the application gave no refresh token`) };
  }
  const answer = await refresh(kept.refreshToken);
  if (answer.ok) return { answer, keep: toKept(answer.token, asked, kept) };
  return { answer: serves && answer.failure.kind !== 'unauthorized' ? stillGood(kept, asked) : answer };
}

function stillGood({ accessToken, endsAt }: KeptTokens, now: number): TokenAnswer {
  return { ok: true, token: { accessToken, expiresIn: (endsAt - now) / 1_000, refreshToken: undefined, isKept: true } };
}

function mustReconnect(detail: string): TokenAnswer {
  const hint = 'Reconnect on the Identity Management tab.';
  return { ok: false, failure: { kind: 'unauthorized', detail, hint } };
}
