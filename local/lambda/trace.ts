/**
 * The trace of an invocation. Lambda makes one for each, also where nobody traces, and the SDK sends it along with every
 * call, by which a call's invocation is known. Here it is the request id, written as traces are.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function traceHeader(requestId: string): string {
  const digits = requestId.replaceAll('-', '');
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Parent=${digits.slice(16)};Sampled=0`;
}
