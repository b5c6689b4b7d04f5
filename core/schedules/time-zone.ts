/** Clocks on the wall of a time zone; a wall time is the epoch milliseconds at which a clock in UTC shows the same. */

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Names of the IANA database alone, as EventBridge Scheduler takes them: no offsets, and with their capitals. Those of a
 * link (`Asia/Kathmandu`) are not known here.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name) || name.length > 50) return false;
  try {
    const { timeZone } = formatOf(name).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

export function wallTimeOf(instant: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((it) => it.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall + (instant % 1000);
}

const DAY_MS = 86_400_000;

/** When the clock first shows the wall time; undefined where it never does, because it is put forward over it. */
export function instantOf(wall: number, timeZone: string): number | undefined {
  // Of a change within these two days either the offset before or the one after it holds.
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => wallTimeOf(near, timeZone) - near);
  const instants = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
  return instants.find((instant) => wallTimeOf(instant, timeZone) === wall);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
