import { type Authenticator, bearerCredentials, type Credentials, type Issued } from './credentials';
import type { TokenAnswer } from './token-endpoint';

/** A token that is about to end is not sent any more: so long before, but never longer than a tenth of its life. */
const marginMs = 60_000;
/** How long a token is used of which the server does not say when it ends; one that ended earlier is found out by a 401. */
const unknownLifeMs = 60 * 60_000;

/**
 * Until when a token lasts, and from when on the next one is asked for, in milliseconds since 1970.
 * @param asked when it was asked for @param expiresIn seconds from then, as the server said
 */
export function lifeOf(asked: number, expiresIn: number | undefined): { endsAt: number; renewAt: number } {
  const lifeMs = expiresIn === undefined ? unknownLifeMs : expiresIn * 1_000;
  const endsAt = asked + lifeMs;
  return { endsAt, renewAt: endsAt - Math.min(marginMs, lifeMs / 10) };
}

interface Held {
  accessToken: string;
  credentials: Credentials;
  /** From when on another one is asked for. */
  renewAt: number;
  endsAt: number;
}

export interface AccessTokenOptions {
  /** Asks for one. @param refused the access token that the server has refused just before */
  request: (refused: string | undefined) => Promise<TokenAnswer>;
  /** Shown to nobody, as the tokens themselves. */
  secrets: readonly string[];
  /** How to mend it where the server refuses a token that is new. */
  hint: string;
  /** Milliseconds since 1970 of real time. */
  now?: () => number;
}

/**
 * Access tokens of one client (RFC 6749): the one there is until shortly before it ends, then the next. However many requests wait for
 * one, the endpoint is asked once. Where it cannot be reached, the old one serves as long as it lasts.
 */
export function createAccessTokens({ request, secrets, hint, now = Date.now }: AccessTokenOptions): Authenticator {
  let held: Held | undefined;
  let asking: Promise<Issued> | undefined;
  let refused: string | undefined;

  async function ask(): Promise<Issued> {
    const asked = now();
    const answer = await request(refused);
    if (!answer.ok) {
      const mayWait = answer.failure.kind !== 'unauthorized' && held !== undefined && now() < held.endsAt;
      return mayWait && held ? { ok: true, credentials: held.credentials } : answer;
    }
    const { accessToken, expiresIn, isKept = false } = answer.token;
    const own = bearerCredentials(accessToken);
    if (!own) return { ok: false, failure: { kind: 'unauthorized', detail: 'The access token cannot be sent' } };
    const credentials = { ...own, secrets: [...own.secrets, ...secrets], isKept };
    const { endsAt, renewAt } = lifeOf(asked, expiresIn);
    held = { accessToken, credentials, endsAt, renewAt };
    refused = undefined;
    return { ok: true, credentials };
  }

  return {
    async credentials() {
      if (held && now() < held.renewAt) return { ok: true, credentials: held.credentials };
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    renew(credentials) {
      // Whoever comes late was refused with a token that has been replaced already.
      if (held?.credentials === credentials) {
        refused = held.accessToken;
        held = undefined;
      }
      return true;
    },
    hint,
  };
}
