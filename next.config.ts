import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` checks types; a first start need not wait for it again.
  typescript: { ignoreBuildErrors: true },
  // forbidden() answers 403 with app/forbidden.tsx.
  experimental: {
    authInterrupts: true,
    // As lib/web/rules.ts has it for who is signed in.
    serverActions: { bodySizeLimit: '2mb' },
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
