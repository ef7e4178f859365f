import { createHash, randomBytes } from 'node:crypto';
import type { TokenRecord } from './records';

/** What somebody has allowed a client: it lasts until it is revoked, or until a refresh token of it is used twice. */
export interface Grant {
  clientId: string;
  scope: string;
  /** Of the refresh token that counts. */
  refreshHash: string;
  /** Of those before it: whoever uses one of them has stolen it, or lost the answer. */
  usedHashes: string[];
}

/** An authorisation code that waits to be exchanged. */
interface Code {
  client: TokenRecord;
  redirectUri: string;
  /** code_challenge, by S256. */
  challenge: string;
  scope: string;
  endsAt: number;
}

/** A code is exchanged at once, by a server. */
const codeMs = 60_000;
/** So many earlier refresh tokens are known again. */
const rememberedTokens = 50;

/** Authorisation codes and refresh tokens of one tenant (RFC 6749 sections 4.1 and 6, RFC 7636). */
export class Grants {
  list: Grant[] = [];
  private readonly codes = new Map<string, Code>();

  /** A code for what a person has just allowed. */
  allow(asked: Omit<Code, 'endsAt'>): string {
    const code = newToken();
    this.codes.set(hash(code), { ...asked, endsAt: Date.now() + codeMs });
    return code;
  }

  /**
   * Exchanges a code, once. @returns the grant with its refresh token, or what is wrong
   */
  exchange(
    client: TokenRecord,
    given: { code: string; redirectUri: string; verifier: string },
  ): { scope: string; refreshToken: string } | string {
    const key = hash(given.code);
    const code = this.codes.get(key);
    this.codes.delete(key);
    if (!code || code.endsAt < Date.now()) return 'The code is not known, was used, or has ended';
    if (code.client.clientId !== client.clientId) return 'The code was given to another client';
    if (code.redirectUri !== given.redirectUri) return 'redirect_uri is not the one that the code was sent to';
    const challenge = createHash('sha256').update(given.verifier).digest('base64url');
    if (challenge !== code.challenge) return 'code_verifier does not fit code_challenge';
    const refreshToken = newToken();
    const { scope } = code;
    this.list.push({ clientId: client.clientId, scope, refreshHash: hash(refreshToken), usedHashes: [] });
    return { scope, refreshToken };
  }

  /** The next refresh token for this one. One that was used before ends its whole grant (RFC 9700 section 4.14.2). */
  rotate(client: TokenRecord, refreshToken: string): { scope: string; refreshToken: string } | string {
    const key = hash(refreshToken);
    const own = this.list.filter(({ clientId }) => clientId === client.clientId);
    const reused = own.find(({ usedHashes }) => usedHashes.includes(key));
    if (reused) {
      this.list = this.list.filter((grant) => grant !== reused);
      return 'This refresh token was used before: the authorisation was ended';
    }
    const grant = own.find(({ refreshHash }) => refreshHash === key);
    if (!grant) return 'The refresh token is not known, or was revoked';
    const next = newToken();
    grant.usedHashes = [key, ...grant.usedHashes].slice(0, rememberedTokens);
    grant.refreshHash = hash(next);
    return { scope: grant.scope, refreshToken: next };
  }

  /** RFC 7009: the whole grant goes with its refresh token. @returns whether there was one */
  revoke(client: TokenRecord, refreshToken: string): boolean {
    const key = hash(refreshToken);
    const left = this.list.filter(({ clientId, refreshHash }) => clientId !== client.clientId || refreshHash !== key);
    const revoked = left.length < this.list.length;
    this.list = left;
    return revoked;
  }

  clear(): void {
    this.list = [];
    this.codes.clear();
  }
}

const newToken = () => randomBytes(24).toString('base64url');
const hash = (token: string) => createHash('sha256').update(token).digest('hex');
