import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { carriedSession } from '@/lib/auth/carried-session';
import { findSession } from '@/lib/auth/find-session';
import { describeFailure } from '@/lib/core/failure';
import { refreshDemoClock } from '@/lib/installation/demo-clock';
import { trialTokenIn } from '@/lib/sso/sign-in-trials/trial-cookie';
import { wholeBody } from './receive-body';
import { noteTrial } from './saml/note-trial';
import { answerFailed, answerRefused } from './saml/refused';
import { samlRouteOf } from './saml/routes';
import type { SamlAnswer, SamlRequest } from './saml/wire';

/** Whether a request is for an application's SAML addresses, and is answered here, past Next. */
export function isSaml({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
  return url.startsWith('/saml2/') && samlRouteOf(url.split('?', 1)[0] ?? '') !== undefined;
}

/** Answers one of these requests: service providers and browsers come by themselves. @param request whole, with its body at hand */
export async function answerSaml(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body = '' } = await answerTo(request);
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerTo(request: IncomingMessage): Promise<SamlAnswer> {
  const { url = '', method = 'GET', headers } = request;
  const at = url.indexOf('?');
  const found = samlRouteOf(at === -1 ? url : url.slice(0, at));
  const answer = method === 'POST' ? found?.route.POST : found?.route.GET;
  // What neither is possible nor there came no further than the rules.
  if (!found || !answer) throw new Error(`${method} is not answered by SAML.`);
  // The server decides who the caller is, and says so here (lib/web/notes.ts).
  const clientAddress = headerOf(headers, 'x-forwarded-for') ?? null;
  const caller = async () => {
    const sessionId = await carriedSession(headers.cookie);
    return sessionId === undefined ? undefined : { sessionId, clientAddress };
  };
  const asked: SamlRequest = {
    ...{ slug: found.slug, last: found.last, method, clientAddress },
    rawQuery: at === -1 ? '' : url.slice(at + 1),
    headerOf: (name) => headerOf(headers, name),
    body: async () => (await wholeBody(request)).toString('utf8'),
    caller,
    session: async () => {
      const carried = await caller();
      return carried && findSession(carried.sessionId, clientAddress);
    },
  };
  try {
    await refreshDemoClock();
    return await watched(asked, await answer(asked));
  } catch (error) {
    try {
      return await watched(asked, await answerRefused(asked, error));
    } catch (failure) {
      return answerFailed(describeFailure(unexpected(failure)).message);
    }
  }
}

/** Keeps it for who tries a sign-in and looks at it; everybody else has no such cookie. */
async function watched(asked: SamlRequest, answer: SamlAnswer): Promise<SamlAnswer> {
  const token = trialTokenIn(asked.headerOf('cookie'));
  if (token) await noteTrial(token, asked, answer);
  return answer;
}

/** What is stored and not as it should be is nothing that the caller sent, and is not told them. */
function unexpected(failure: unknown): unknown {
  if (!(failure instanceof z.ZodError)) return failure;
  return Object.assign(new Error('What is stored is not as it should be.'), { stack: failure.stack });
}

function headerOf(headers: IncomingMessage['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
