import type { NextConfig } from 'next';

/**
 * An action whose page has just been left goes to a page that does not have it, and Next asks itself, by the address of this
 * machine: what came from our own origin stays ours.
 */
const ownHost = () => (process.env.ORIGIN ? [new URL(process.env.ORIGIN).host] : []);

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` checks types; a first start need not wait for it again.
  typescript: { ignoreBuildErrors: true },
  // forbidden() answers 403 with app/forbidden.tsx.
  experimental: {
    authInterrupts: true,
    // What a page needs is loaded when it is first opened, and not all pages with the first of them.
    preloadEntriesOnStart: false,
    // As lib/web/rules.ts has it for who is signed in.
    serverActions: { bodySizeLimit: '2mb', allowedOrigins: ownHost() },
  },
  // Nothing here needs pictures made smaller: nobody else shall have the machine do it.
  images: { unoptimized: true },
  // Native and Node-only packages stay outside the server bundle.
  serverExternalPackages: [
    '@node-rs/argon2',
    '@zxcvbn-ts/core',
    '@zxcvbn-ts/language-common',
    '@zxcvbn-ts/language-en',
    '@prisma/client',
    '@prisma/adapter-pg',
    'pg',
    'graphile-worker',
    'samlify',
    'nodemailer',
    'undici',
  ],
};

export default config;
