import type { HttpClient } from '@/lib/http/client';
import { HttpError } from '@/lib/http/errors';
import { isRecord, parseJson } from './json';

/** What an authorisation server says of itself (RFC 8414). */
interface Announced {
  issuer: string;
  /** It names itself in every answer that it sends by the browser (RFC 9207 §3). */
  namesItself: boolean;
}

const timeoutMs = 5_000;
const maxBytes = 256 * 1024;

/** Where a server may announce itself: beside its endpoints (`…/oauth2/authorize`, `…/v1/authorize`), or at the root of its host. */
function placesOf(authorizationUrl: string): string[] {
  const name = '.well-known/oauth-authorization-server';
  const places = [new URL(`../${name}`, authorizationUrl).href, new URL(`/${name}`, authorizationUrl).href];
  return [...new Set(places)];
}

/** What the authorisation server at this endpoint announces. Undefined where it announces nothing, or cannot be asked: most do not. */
async function findAnnounced(http: HttpClient, authorizationUrl: string): Promise<Announced | undefined> {
  for (const place of placesOf(authorizationUrl)) {
    const announced = await readAnnounced(http, authorizationUrl, place);
    if (announced) return announced;
  }
  return undefined;
}

async function readAnnounced(http: HttpClient, authorizationUrl: string, url: string): Promise<Announced | undefined> {
  try {
    const { status, body } = await http.request({
      url,
      method: 'GET',
      headers: { accept: 'application/json', 'user-agent': 'Latchkey' },
      timeoutMs,
      maxBytes,
    });
    const json = status === 200 ? parseJson(body) : undefined;
    if (!isRecord(json) || typeof json.issuer !== 'string') return undefined;
    // Several may live on one host: what is said is of another one, where its endpoint is another.
    const endpoint = json.authorization_endpoint;
    if (typeof endpoint === 'string' && endpoint !== authorizationUrl) return undefined;
    return { issuer: json.issuer, namesItself: json.authorization_response_iss_parameter_supported === true };
  } catch (error) {
    if (error instanceof HttpError) return undefined;
    throw error;
  }
}

/**
 * Whether an answer is by the authorisation server that was asked (RFC 9207 §2.4): its `iss` is the issuer that the server announces, compared
 * letter by letter. @returns what is wrong, in words; undefined: nothing, or the server does not name itself
 */
export async function issuerProblem(
  http: HttpClient,
  authorizationUrl: string,
  query: URLSearchParams,
): Promise<string | undefined> {
  const announced = await findAnnounced(http, authorizationUrl);
  if (!announced) return undefined;
  const named = query.getAll('iss');
  if (named.length === 0) {
    return announced.namesItself ? 'The answer does not say which authorisation server it is from.' : undefined;
  }
  return named.length === 1 && named[0] === announced.issuer
    ? undefined
    : 'The answer is from another authorisation server than the one that was asked.';
}
