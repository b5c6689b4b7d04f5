import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/**
 * A pipe of the system, as a shell or Docker gives it to a command. What Node calls one is a pair of sockets: it holds a few
 * hundred short lines, and programs that find it full may drop the rest when they end themselves.
 */
export interface SystemPipe {
  reader: Readable;
  /** To be handed on to the command, and closed here then. */
  writer: number;
}

export function systemPipe(): SystemPipe {
  const directory = mkdtempSync(join(tmpdir(), 'vigia-pipe-'));
  const path = join(directory, 'pipe');
  try {
    // For the command's user too, whatever the umask: who opens /dev/stdout opens it anew. No other comes through the folder.
    execFileSync('mkfifo', ['-m', '666', path]);
    // With both ends in one, opening waits for nobody.
    const both = openSync(path, constants.O_RDWR);
    const reader = new Socket({ fd: openSync(path, constants.O_RDONLY), readable: true, writable: false });
    const writer = openSync(path, constants.O_WRONLY);
    closeSync(both);
    return { reader, writer };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
