import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { generateSecret, signatureHeaders } from './sign';

const body = '{"type":"events","events":[{"message":"Zoë – 日本"}]}';

test('what is signed here verifies with the reference implementation, and with the formula of the specification', () => {
  const secret = generateSecret();
  const headers = signatureHeaders(secret, 'msg_1', new Date(), body);
  expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const mac = createHmac('sha256', key).update(`msg_1.${headers['webhook-timestamp']}.${body}`).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${mac}`);
});

test('a known secret, id, time and body give the known signature', () => {
  // The example of the specification's own libraries.
  const headers = signatureHeaders(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    new Date(1614265330_000),
    '{"test": 2432232314}',
  );
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('a tampered body, another id, another time, another secret: nothing verifies', () => {
  const secret = generateSecret();
  const headers = signatureHeaders(secret, 'msg_1', new Date(), body);
  const receiver = new Webhook(secret);
  expect(() => receiver.verify(body.replace('Zoë', 'Zoe'), headers)).toThrow('signature');
  expect(() => receiver.verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow('signature');
  const later = String(Number(headers['webhook-timestamp']) + 1);
  expect(() => receiver.verify(body, { ...headers, 'webhook-timestamp': later })).toThrow('signature');
  expect(() => new Webhook(generateSecret()).verify(body, headers)).toThrow('signature');
  const old = signatureHeaders(secret, 'msg_1', new Date(Date.now() - 3_600_000), body);
  expect(() => receiver.verify(body, old)).toThrow('too old');
});

test('secrets are long, and no two are the same', () => {
  const made = new Set(Array.from({ length: 100 }, generateSecret));
  expect(made.size).toBe(100);
  for (const secret of made) expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
});
