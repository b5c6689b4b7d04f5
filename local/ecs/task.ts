import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { passLines } from './lines.ts';
import type { TaskDefinition } from './task-definition.ts';

/**
 * One task, as Fargate would run it: PROVISIONING → PENDING → RUNNING → STOPPED, each a new version.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
export interface TaskState {
  arn: string;
  clusterArn: string;
  definition: TaskDefinition;
  /** The program and its arguments. */
  command: readonly string[];
  cpu: string;
  memory: string;
  startedBy: string;
  version: number;
  lastStatus: 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'STOPPED';
  desiredStatus: 'RUNNING' | 'STOPPED';
  createdAt: number;
  startedAt?: number;
  stoppingAt?: number;
  stoppedAt?: number;
  stopCode?: 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated';
  stoppedReason?: string;
  exitCode?: number;
}

export interface TaskOptions {
  /** The image's files. */
  directory: string;
  environment: Record<string, string>;
  /** Throws with the reason where the task can't start: its image or log group is out of reach. */
  prepare: () => void;
  onChange: (state: TaskState) => void;
  onLine: (line: string) => void;
}

const LEASH = fileURLToPath(new URL('./leash.ts', import.meta.url));

export class Task {
  readonly state: TaskState;
  readonly #options: TaskOptions;
  #process: ChildProcess | undefined;
  #kill: NodeJS.Timeout | undefined;
  /** In place of the container's own /tmp, which goes with it. */
  #temporary: string | undefined;
  readonly #ended = Promise.withResolvers<void>();

  constructor(state: TaskState, options: TaskOptions) {
    this.state = state;
    this.#options = options;
  }

  get arn(): string {
    return this.state.arn;
  }

  /** Of its process, while there is one. */
  get processId(): number | undefined {
    return this.state.lastStatus === 'STOPPED' ? undefined : this.#process?.pid;
  }

  /** Begins to start it; the task is there at once. */
  start(): void {
    this.#options.onChange(this.state);
    setImmediate(() => {
      if (this.state.lastStatus === 'STOPPED') return;
      try {
        this.#options.prepare();
        this.#change({ lastStatus: 'PENDING' });
        this.#spawn();
      } catch (error) {
        this.#end('TaskFailedToStart', error instanceof Error ? error.message : String(error), undefined);
      }
    });
  }

  /** SIGTERM, and SIGKILL after the container's stop timeout. */
  stop(reason: string): void {
    if (this.state.desiredStatus === 'STOPPED') return;
    this.#change({
      desiredStatus: 'STOPPED',
      stoppingAt: Date.now(),
      stopCode: 'UserInitiated',
      stoppedReason: reason,
    });
    if (!this.#process) {
      this.#end('UserInitiated', reason, undefined);
      return;
    }
    this.#process.kill('SIGTERM');
    const patience = this.state.definition.container.stopTimeoutSeconds * 1000;
    this.#kill = setTimeout(() => killGroup(this.#process), patience);
  }

  /** Ends it with the local run. Nothing hears of it. */
  async close(graceMilliseconds: number): Promise<void> {
    // One that has not begun never will.
    if (!this.#process) return this.#end('UserInitiated', 'The local run ended', undefined);
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => killGroup(this.#process), graceMilliseconds);
    await this.#ended.promise;
    clearTimeout(timer);
  }

  #spawn(): void {
    const { directory, environment, onLine } = this.#options;
    this.#temporary = mkdtempSync(join(tmpdir(), 'vigia-task-'));
    const [, ...args] = this.state.command;
    const child = spawn(process.execPath, ['--no-warnings', '--import', LEASH, ...args], {
      cwd: directory,
      env: { ...environment, TMPDIR: this.#temporary },
      // Its process group stands for its container: what is left of it when the program ends, ends too.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const output of [child.stdout, child.stderr]) passLines(output, onLine);
    child.stdin.on('error', () => {});
    child.once('spawn', () => this.#change({ lastStatus: 'RUNNING', startedAt: Date.now() }));
    child.once('error', (error) => this.#end('TaskFailedToStart', error.message, undefined));
    child.once('exit', () => killGroup(child));
    // Its last lines come before the end of its streams.
    child.once('close', (code, signal) => {
      const exitCode = signal === null ? (code ?? 0) : 128 + constants.signals[signal];
      this.#end('EssentialContainerExited', 'Essential container in task exited', exitCode);
    });
  }

  #end(
    stopCode: 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated',
    reason: string,
    exitCode: number | undefined,
  ): void {
    if (this.state.lastStatus === 'STOPPED') return;
    clearTimeout(this.#kill);
    this.#change({
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stoppedAt: Date.now(),
      // Who asked for the stop is named, and not that it worked.
      stopCode: this.state.stopCode ?? stopCode,
      stoppedReason: this.state.stoppedReason ?? reason,
      ...(exitCode !== undefined && { exitCode }),
    });
    this.#ended.resolve(this.#clean());
  }

  async #clean(): Promise<void> {
    // What has left its process group may still write there.
    if (this.#temporary !== undefined) await rm(this.#temporary, { recursive: true, force: true }).catch(() => {});
  }

  #change(changes: Partial<TaskState>): void {
    Object.assign(this.state, changes, { version: this.state.version + 1 });
    this.#options.onChange(this.state);
  }
}

function killGroup(leader: ChildProcess | undefined): void {
  if (leader?.pid === undefined) return;
  try {
    process.kill(-leader.pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
