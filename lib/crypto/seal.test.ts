import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canaryOpens, makeCanary, seal, unseal } from './seal';

const before = process.env.LATCHKEY_SECRET_KEY;
beforeEach(() => {
  process.env.LATCHKEY_SECRET_KEY = 'a'.repeat(43);
});
afterEach(() => {
  process.env.LATCHKEY_SECRET_KEY = before;
});

describe('sealed secrets', () => {
  test('a sealed value opens with the same key and context, and never looks the same twice', () => {
    const sealed = seal('s3cret', 'scim-token:1');
    expect(unseal(sealed, 'scim-token:1')).toBe('s3cret');
    expect(sealed).not.toContain('s3cret');
    expect(seal('s3cret', 'scim-token:1')).not.toBe(sealed);
  });

  test('a sealed value moved to another row does not open', () => {
    expect(() => unseal(seal('s3cret', 'scim-token:1'), 'scim-token:2')).toThrow(/cannot be opened/);
  });

  test('one altered byte is noticed', () => {
    const sealed = seal('s3cret', 'x');
    const flipped = sealed.slice(0, -2) + (sealed.endsWith('A') ? 'BB' : 'AA');
    expect(() => unseal(flipped, 'x')).toThrow(/cannot be opened/);
  });

  test('the canary tells a wrong key', () => {
    const canary = makeCanary();
    expect(canaryOpens(canary)).toBe(true);
    process.env.LATCHKEY_SECRET_KEY = 'b'.repeat(43);
    expect(canaryOpens(canary)).toBe(false);
  });
});
