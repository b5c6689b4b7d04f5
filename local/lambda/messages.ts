import type { LogLevel } from './function.ts';

/** What an instance is told when it starts. */
export interface InstanceData {
  moduleUrl: string;
  exportName: string;
  functionName: string;
  functionArn: string;
  memoryMegabytes: number;
  timeoutMilliseconds: number;
  logGroup: string;
  logStream: string;
  logFormat: 'Text' | 'JSON';
  isBackground: boolean;
  logLevel: LogLevel;
}

/** To the instance: run the handler once. `event` is JSON. */
export interface InvokeMessage {
  requestId: string;
  /** As `_X_AMZN_TRACE_ID` has it: SDK clients send it along with their calls. */
  traceHeader: string;
  event: string;
}

/** From the instance. Payloads are JSON; each output line is one log event. */
export type InstanceMessage =
  | { kind: 'ready' }
  | { kind: 'output'; lines: string[] }
  | { kind: 'result'; payload: string }
  | { kind: 'error'; payload: string }
  /** The instance ends itself after this. */
  | { kind: 'crash'; payload: string }
  | { kind: 'process'; pid: number; running: boolean };
