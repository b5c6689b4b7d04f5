import { randomBytes } from 'node:crypto';
import { type LogStore, logGroupArn, logStreamArn } from '../aws/logs.ts';
import type { FunctionDefinition } from './function.ts';
import type { Run } from './instance.ts';
import type { Authorize, Denial } from './types.ts';

/** What an invoker may ask for. */
const TAIL_BYTES = 4096;

/**
 * The log stream of one instance. Without the role's leave to write it, lines are dropped, as on AWS, and the denial is
 * told.
 */
export class FunctionLog {
  readonly stream: string;
  readonly #definition: FunctionDefinition;
  readonly #store: LogStore;
  readonly #mayWrite: boolean;
  #tail: string[] = [];

  constructor(definition: FunctionDefinition, store: LogStore, authorize: Authorize, deny: (denial: Denial) => void) {
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    this.stream = `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
    this.#definition = definition;
    this.#store = store;
    const { role, logGroup } = definition;
    const may = (action: string, resource: string): boolean => {
      if (authorize(role, action, resource)) return true;
      deny({ role, action, resource, consequence: `what ${definition.name} logs is lost` });
      return false;
    };
    const hasGroup = store.hasGroup(logGroup) || may('logs:CreateLogGroup', logGroupArn(logGroup));
    const streamArn = logStreamArn(logGroup, this.stream);
    this.#mayWrite = hasGroup && may('logs:CreateLogStream', streamArn) && may('logs:PutLogEvents', streamArn);
    if (!this.#mayWrite) return;
    if (!store.hasGroup(logGroup)) store.createGroup(logGroup);
    store.createStream(logGroup, this.stream);
  }

  start(requestId: string): void {
    this.#tail = [];
    this.#platform(
      'INFO',
      { type: 'platform.start', record: { requestId, version: '$LATEST' } },
      `START RequestId: ${requestId} Version: $LATEST`,
    );
  }

  /**
   * Source of both forms: Lambda guide, "Log formats" and "Lambda Telemetry API Event schema reference"; of the levels:
   * "System log level event mapping".
   */
  report(requestId: string, run: Run): void {
    const { memoryMegabytes } = this.#definition;
    const durationMs = Number(run.duration.toFixed(2));
    const initDurationMs = run.initDuration === undefined ? undefined : Number(run.initDuration.toFixed(2));
    const metrics = {
      durationMs,
      billedDurationMs: Math.ceil(run.duration),
      memorySizeMB: memoryMegabytes,
      ...(initDurationMs !== undefined && { initDurationMs }),
    };
    const status = run.failed ? 'error' : 'success';
    const report = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs} ms`,
      `Billed Duration: ${metrics.billedDurationMs} ms`,
      `Memory Size: ${memoryMegabytes} MB`,
      ...(initDurationMs === undefined ? [] : [`Init Duration: ${initDurationMs} ms`]),
    ].join('\t');
    this.#platform(
      run.failed ? 'WARN' : 'INFO',
      { type: 'platform.report', record: { requestId, metrics, status } },
      `END RequestId: ${requestId}`,
      report,
    );
  }

  write(lines: string[]): void {
    this.#tail.push(...lines);
    while (this.#tail.length > 1 && Buffer.byteLength(this.#tail.slice(1).join('\n')) >= TAIL_BYTES) this.#tail.shift();
    if (!this.#mayWrite) return;
    const timestamp = Date.now();
    const events = lines.filter((line) => line !== '').map((message) => ({ timestamp, message }));
    if (events.length > 0) this.#store.append(this.#definition.logGroup, this.stream, events);
  }

  /** The last 4 KB of what the invocation logged. */
  get tail(): string {
    return Buffer.from(this.#tail.join('\n')).subarray(-TAIL_BYTES).toString('utf8');
  }

  #platform(level: 'INFO' | 'WARN', record: { type: string; record: object }, ...text: string[]): void {
    if (level === 'INFO' && !this.#definition.logsPlatformEvents) return;
    const json = JSON.stringify({ time: new Date().toISOString(), ...record });
    this.write(this.#definition.logFormat === 'JSON' ? [json] : text);
  }
}
