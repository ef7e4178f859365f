import { expect, test } from 'vitest';
import { AppError } from './errors';
import { describeFailure, retryAfterOf } from './failure';

test('a code that carries details does not compile without them, and whoever compared the code knows them', () => {
  // @ts-expect-error: `stale_version` says what is there now.
  new AppError('stale_version', 'Somebody was faster.');
  // @ts-expect-error: nothing to tell besides.
  new AppError('not_found', 'It is gone.', { details: { version: 1 } });
  // @ts-expect-error: not a code.
  new AppError('whatever', 'What?');
  const error: unknown = new AppError('stale_version', 'Somebody was faster.', { details: { version: 3 } });
  const version = error instanceof AppError && error.code === 'stale_version' ? error.details.version : undefined;
  expect(version).toBe(3);
});

test('a refusal goes to the browser with its details, and when to come again goes with the refusals that know it', () => {
  const held = new AppError('rate_limited', 'Too often.', { details: { retryAfterSeconds: 7 } });
  expect(describeFailure(held)).toEqual({
    ok: false,
    code: 'rate_limited',
    message: 'Too often.',
    details: { retryAfterSeconds: 7 },
  });
  expect(retryAfterOf(held)).toBe(7);
  expect(retryAfterOf(describeFailure(held))).toBe(7);
  expect(retryAfterOf(new AppError('conflict', 'Not now.'))).toBeUndefined();
});
