import { startSandbox } from './server';

const { env } = process;

const sandbox = await startSandbox({
  port: Number(env.SANDBOX_PORT ?? 4000),
  smtpPort: Number(env.SANDBOX_SMTP_PORT ?? 4025),
  host: env.SANDBOX_HOST,
  dataDir: env.SANDBOX_DATA_DIR,
  publicUrl: env.SANDBOX_URL,
  consoleUrl: env.CONSOLE_URL,
});
console.log(`Sandbox ready at ${sandbox.url}, mail at smtp://127.0.0.1:${sandbox.smtpPort}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    sandbox.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
