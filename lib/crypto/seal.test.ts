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
    // Not the last character: not all of its bits are of the value.
    const flipped = `${sealed.slice(0, -3)}${sealed.at(-3) === 'A' ? 'B' : 'A'}${sealed.slice(-2)}`;
    expect(() => unseal(flipped, 'x')).toThrow(/cannot be opened/);
  });

  // Regression: a character more at the end, or other bits in the last one, made no other bytes.
  test.each([0, 1, 2, 3])('a value has one text alone (%i bytes)', (length) => {
    const sealed = seal('x'.repeat(length), 'x');
    const last = sealed.slice(0, -1);
    const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map((end) => last + end);
    const texts = [`${sealed}A`, `${sealed}=`, `${sealed} `, `${sealed}.`, last, ...others];
    for (const text of texts.filter((text) => text !== sealed)) {
      expect(() => unseal(text, 'x'), text.slice(-3)).toThrow(/sealed value|cannot be opened/);
    }
  });

  test('the canary tells a wrong key', () => {
    const canary = makeCanary();
    expect(canaryOpens(canary)).toBe(true);
    process.env.LATCHKEY_SECRET_KEY = 'b'.repeat(43);
    expect(canaryOpens(canary)).toBe(false);
  });
});
