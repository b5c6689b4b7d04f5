import type { Readable } from 'node:stream';

/** What an event of CloudWatch's holds, without what it counts for itself. */
const LINE_BYTES = 262_144 - 26;
const NEW_LINE = 0x0a;

/**
 * Hands on each line of a container's output as Docker's log driver does: they end with a line feed and nothing else, and
 * longer ones are cut.
 * https://github.com/moby/moby/blob/master/daemon/logger/awslogs/cloudwatchlogs.go
 */
export function passLines(output: Readable, onLine: (line: string) => void): void {
  let begun = Buffer.alloc(0);
  const cut = () => {
    while (begun.length > LINE_BYTES) {
      let end = LINE_BYTES;
      // No character of UTF-8 is cut in two: its further bytes begin with the bits 10.
      while (end > LINE_BYTES - 3 && ((begun[end] ?? 0) & 0xc0) === 0x80) end -= 1;
      onLine(begun.toString('utf8', 0, end));
      begun = begun.subarray(end);
    }
  };
  output.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let end = rest.indexOf(NEW_LINE); end >= 0; end = rest.indexOf(NEW_LINE)) {
      begun = Buffer.concat([begun, rest.subarray(0, end)]);
      cut();
      onLine(begun.toString());
      begun = Buffer.alloc(0);
      rest = rest.subarray(end + 1);
    }
    begun = Buffer.concat([begun, rest]);
    cut();
  });
  output.on('end', () => {
    if (begun.length > 0) onLine(begun.toString());
  });
}
