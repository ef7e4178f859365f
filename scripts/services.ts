import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { explain } from '../lib/core/explain';
import type { EmbeddedPostgres } from './embedded-postgres';
import { meaning } from './repeated-lines';
import { type ProcessSpec, Supervised } from './supervisor';

/** What one command keeps running; stops it all in order, once, whatever ends the command. */
export class Services {
  private readonly processes: Supervised[] = [];
  private database: EmbeddedPostgres | undefined;
  private readonly cleanups: (() => void)[] = [];
  private ending: Promise<void> | undefined;

  constructor(readonly say: (line: string) => void) {}

  /** Ends everything on Ctrl-C and when a service manager asks; a second request does not wait. */
  endOnSignals(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (this.ending) {
          for (const running of this.processes) running.kill();
          return;
        }
        this.say('Stopping …');
        this.stop().finally(() => process.exit(0));
      });
    }
  }

  /** @param cleanup called last, after everything has ended */
  afterwards(cleanup: () => void): void {
    this.cleanups.push(cleanup);
  }

  /** Keeps a database running: it is started again when it was killed, and the processes reconnect by themselves. */
  keepDatabase(database: EmbeddedPostgres): void {
    this.database = database;
    database.onExit(async () => {
      this.say('[database] ended by itself; starting it again');
      let told = '';
      for (let attempt = 1; !this.ending; attempt += 1) {
        try {
          await database.restart();
          this.say('[database] is back');
          return;
        } catch (error) {
          // Tried again for as long as it takes: a disk that is full may be emptied. The same reason is told once.
          const reason = explain(error);
          if (meaning(reason) !== told) this.say(`[database] ${reason}\n[database] It is tried again every 30 s.`);
          told = meaning(reason);
          await sleep(Math.min(1_000 * 2 ** attempt, 30_000));
        }
      }
    });
  }

  /** Starts a process and keeps it running. @returns undefined when it is not part of this checkout */
  keepRunning(spec: ProcessSpec): Supervised | undefined {
    // Node's own options come before the script.
    const script = spec.args.find((argument) => !argument.startsWith('-')) ?? '';
    if (!existsSync(script)) {
      this.say(`[${spec.name}] ${script} is missing; going on without it`);
      return undefined;
    }
    const supervised = new Supervised(spec, this.say, () => {
      this.say(`[${spec.name}] cannot run like this. Stopping …`);
      this.stop().finally(() => process.exit(1));
    });
    this.processes.push(supervised);
    supervised.start();
    return supervised;
  }

  /** True when a process keeps ending by itself: waiting for it is no use. */
  isCrashing(): boolean {
    return this.processes.some((running) => running.crashCount >= 4);
  }

  stop(): Promise<void> {
    this.ending ??= this.stopInOrder();
    return this.ending;
  }

  private async stopInOrder(): Promise<void> {
    await Promise.all(this.processes.map((running) => running.stop()));
    await this.database?.stop();
    for (const cleanup of this.cleanups) cleanup();
  }
}
