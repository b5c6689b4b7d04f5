/** What the local Lambda service needs of the others, as small functions, so that it knows none of them. */

/** Whether the role's statements allow the action on the resource. */
export type Authorize = (role: string, action: string, resource: string) => boolean;

/**
 * Calls a JSON service as a role: the same check and the same operation as over HTTP. Throws AwsError.
 * @param signal ends a long poll early, with nothing received
 */
export type Call = (
  role: string,
  service: string,
  operation: string,
  input: object,
  signal?: AbortSignal,
) => Promise<unknown>;

/** Something that a role may not do, told once for each role, action and resource. */
export interface Denial {
  role: string;
  action: string;
  resource: string;
  /** What was not done because of it, as a sentence. */
  consequence: string;
}

/** Tells of each new record of a stream; returns what ends that. */
export type OnStreamRecords = (streamArn: string, listener: () => void) => () => void;

/** An invocation that runs now. */
export interface Invocation {
  functionName: string;
  /** JSON */
  event: string;
  /** Ends its instance in the middle of the work, as a crash would. */
  crash(): Promise<void>;
}

/** What an invocation answered. */
export interface Outcome {
  requestId: string;
  /** JSON: the handler's value, or `{errorType, errorMessage, …}`. */
  payload: string;
  /** `Unhandled` where the handler threw, timed out or took its instance down. */
  functionError?: 'Unhandled';
  /** The end of what the invocation logged, at most 4 KB. */
  logTail: string;
}
