import { AppError } from '@/lib/core/errors';
import { hashToken, randomToken } from '@/lib/crypto/tokens';
import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import type { CreateTokenInput } from './schema';

/** What every token begins with, so that scanners for leaked secrets can know it. */
const mark = 'lk_';
/** Characters that are kept, to recognise it by. */
const prefixLength = 10;

/**
 * Makes a token of the HTTP API.
 * @param input `secret`: the token itself where an operator chose it; otherwise 256 random bits
 * @returns the token itself, this once: only its hash is stored
 * @throws AppError `invalid_input` at expiresAt when that has passed, or is later than the end of the token that asks;
 * `already_exists` where this very token is known
 */
export async function createToken(
  actor: Actor,
  input: CreateTokenInput & { secret?: string },
): Promise<{ id: string; token: string; prefix: string }> {
  const token = input.secret ?? `${mark}${randomToken()}`;
  const prefix = input.secret ? '' : token.slice(0, prefixLength);
  return attempt({ name: 'api_token_create', actor }, async (tx, draft) => {
    // In real time, as sessions are: moving the demo clock ends none.
    if (input.expiresAt && input.expiresAt <= new Date()) {
      throw new AppError('invalid_input', 'This moment has passed.', { field: 'expiresAt' });
    }
    await assertNotOutliving(tx, actor, input.expiresAt);
    const tokenHash = hashToken(token);
    if (await tx.apiToken.findUnique({ where: { tokenHash } })) {
      throw new AppError('already_exists', 'This token exists already.');
    }
    const created = await tx.apiToken.create({
      data: {
        label: input.label,
        prefix,
        tokenHash,
        role: input.role,
        requestsPerMinute: input.requestsPerMinute,
        expiresAt: input.expiresAt,
        createdById: actor.id,
        createdByName: actor.name,
      },
    });
    draft.target = { type: 'token', id: created.id, name: created.label };
    draft.changes = {
      role: { from: null, to: input.role },
      ...(input.expiresAt ? { expiresAt: { from: null, to: input.expiresAt } } : {}),
    };
    return { id: created.id, token, prefix };
  });
}

/** A token that ends makes none that goes on after it: its end would be worth nothing. */
async function assertNotOutliving(tx: Tx, actor: Actor, expiresAt: Date | null): Promise<void> {
  if (!actor.tokenId) return;
  const maker = await tx.apiToken.findUnique({ where: { id: actor.tokenId }, select: { expiresAt: true } });
  if (!maker?.expiresAt || (expiresAt && expiresAt <= maker.expiresAt)) return;
  throw new AppError('invalid_input', 'This is later than the end of the token that asks for it.', {
    field: 'expiresAt',
    hint: `At the latest ${maker.expiresAt.toISOString()}. A token without an end, or a person, can make a longer one.`,
  });
}
