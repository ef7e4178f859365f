import type { Config } from '../lib/core/config';

/** What an operator should know of how this start is reached from outside, in plain words; nothing when all is well. */
export function exposureWarnings(config: Config, host: string, origin: string): string[] {
  const warnings: string[] = [];
  const isOpen = !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  if (isOpen && origin.startsWith('http:')) {
    warnings.push(
      `Everybody who reaches this machine reaches Latchkey (HOST is ${host}), and ORIGIN is ${origin}: without TLS, passwords
  and sessions can be read on the way. Put a proxy with TLS in front and set ORIGIN to its https address; or, for this
  machine alone, set HOST to 127.0.0.1.`,
    );
  }
  if (origin.startsWith('https:') && config.LATCHKEY_TRUSTED_PROXIES.length === 0) {
    warnings.push(
      `ORIGIN is ${origin}, so that a proxy must be in front, but LATCHKEY_TRUSTED_PROXIES names none: everybody counts as
  coming from the proxy's own address, in events and where sign-ins are slowed down. Set it to that address.`,
    );
  }
  return warnings.map((warning) => `Warning: ${warning}`);
}
