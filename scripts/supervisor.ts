import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { refusedExitCode, StartRefused } from '../lib/core/explain';
import { leanNode } from './lean-node';
import { RepeatedLines } from './repeated-lines';

export interface ProcessSpec {
  /** Shown before each of its lines. */
  name: string;
  /** Script and arguments for Node. */
  args: string[];
  env: NodeJS.ProcessEnv;
}

const graceMs = 10_000;
const longestPauseMs = 30_000;
/** A process that ran this long is taken to be well: its next crash is retried at once. */
const healthyMs = 60_000;

/** One process that is kept running until it is told to stop. */
export class Supervised {
  private child: ChildProcess | undefined;
  private stopping = false;
  private crashes = 0;
  private readonly lines = new RepeatedLines();
  private saidThatItRepeats = false;

  constructor(
    private readonly spec: ProcessSpec,
    private readonly write: (line: string) => void,
    /** Called when it ends because it cannot run, and has said why: it is not started again. */
    private readonly onRefused: () => void = () => {},
  ) {}

  start(): void {
    const guard = pathToFileURL(join(process.cwd(), 'dist', 'guard.mjs')).href;
    const startedAt = Date.now();
    // A session of its own, so that Ctrl-C reaches only the supervisor, which then ends things in order.
    const lean = leanNode(this.spec.env);
    const child = spawn(process.execPath, [...lean.options, '--import', guard, ...this.spec.args], {
      env: { ...lean.env, LATCHKEY_SUPERVISED: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.child = child;
    this.lines.begin(this.crashes >= 2);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.print(line));
    }
    child.once('error', (error) => this.print(error.message));
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      if (code === refusedExitCode) {
        this.stopping = true;
        // What it said may still be on its way.
        child.once('close', () => this.onRefused());
        return;
      }
      this.crashes = Date.now() - startedAt > healthyMs ? 1 : this.crashes + 1;
      const pause = Math.min(250 * 2 ** this.crashes, longestPauseMs);
      this.print(`ended by itself (${signal ?? `code ${code}`}); starting it again in ${pause / 1000} s`);
      this.sayThatItRepeats();
      setTimeout(() => !this.stopping && this.start(), pause).unref();
    });
  }

  /** How often it ended by itself in a row. */
  get crashCount(): number {
    return this.crashes;
  }

  /** Asks it to end, and after 10 s makes it. */
  async stop(): Promise<void> {
    this.stopping = true;
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(graceMs, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
    await ended;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.stopping = false;
    this.start();
  }

  kill(): void {
    this.stopping = true;
    this.child?.kill('SIGKILL');
  }

  private print(line: string): void {
    for (const one of this.lines.take(line)) {
      // Structured lines stay what they are, for whatever collects them.
      this.write(one.startsWith('{') ? one : `[${this.spec.name}] ${one}`);
    }
  }

  private sayThatItRepeats(): void {
    const repeats = this.lines.isRepetition;
    if (repeats && !this.saidThatItRepeats) {
      this.write(
        `[${this.spec.name}] ends in the same way again and again; it is started again, and told when that changes`,
      );
    }
    this.saidThatItRepeats = repeats;
  }
}

export interface RunOptions {
  signal?: AbortSignal;
  yielding?: boolean;
}

/**
 * Runs one process to its end and hands back what it printed.
 * @param options `signal` ends it early; with `yielding` it takes only what nobody else wants of the processor
 * @throws StartRefused with what it said when it refused; Error with all of its output when it failed
 */
export function runOnce(spec: ProcessSpec, { signal, yielding = false }: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const until = signal ? { signal } : {};
    const child = spawn(process.execPath, spec.args, { env: spec.env, stdio: ['ignore', 'pipe', 'pipe'], ...until });
    if (yielding && child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else if (code === refusedExitCode) reject(new StartRefused(errors.trim()));
      else reject(new Error(`${spec.name} failed:\n${output}${errors}`.trimEnd()));
    });
  });
}

/** Not by `fetch`, which this process would keep in memory for as long as it runs. */
function ask(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { signal: AbortSignal.timeout(5_000), agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        body += piece;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.once('error', reject);
    });
    request.once('error', reject);
  });
}

/** Waits until an address answers 200. @returns the last reason why not, when the time is over or `giveUp` says so */
export async function waitUntilReady(
  url: string,
  timeoutMs: number,
  giveUp: () => boolean,
): Promise<string | undefined> {
  const deadline = Date.now() + timeoutMs;
  let reason = 'no answer';
  while (Date.now() < deadline && !giveUp()) {
    try {
      const { status, body } = await ask(url);
      if (status === 200) return undefined;
      reason = `${status}: ${body.slice(0, 500)}`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await sleep(200);
  }
  return reason;
}
