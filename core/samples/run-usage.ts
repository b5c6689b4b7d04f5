import type { Reading } from './reading.ts';
import { beginOf, HOUR_MS, MINUTE_MS, type Sample } from './sample.ts';

/** CPU is counted in ticks of 10 ms: how busy it was over a shorter time than this, nobody can tell. */
const RATED_MS = 500;

/** One minute, as far as it was measured. */
interface Minute {
  at: number;
  first: boolean;
  milliseconds: number;
  cpuNanoseconds: number;
  maxPercent: number;
  /** Bytes times milliseconds. */
  memory: number;
  maxBytes: number;
  disk: { readBytes: number; writeBytes: number } | undefined;
  network: { rxBytes: number; txBytes: number } | undefined;
}

/** Sums the readings of one run to samples of minutes. Knows no clock: time is what the readings say. */
export class RunUsage {
  #last: Reading | undefined;
  /** The one up to which it is known how busy the CPU was at once. */
  #rated: Reading | undefined;
  /** The one that is counted in, or was last. */
  #minute: Minute | undefined;
  /** Those that were not taken yet, oldest first. */
  #waiting: Minute[] = [];
  #milliseconds = 0;
  #ratedMilliseconds = 0;
  #memoryPeak = 0;
  /** For how many milliseconds the CPU was at that whole percent of a vCPU, rounded up. */
  readonly #percents: number[] = [];

  /** Between two readings lies what one more than the other counts; a reading that is not later tells nothing. */
  add(reading: Reading): void {
    const last = this.#last;
    if (last && reading.at <= last.at) return;
    this.#last = reading;
    this.#rated ??= reading;
    this.#memoryPeak = Math.max(this.#memoryPeak, Math.round(reading.memoryBytes));
    if (last) this.#count(last, reading);
  }

  #count(last: Reading, reading: Reading): void {
    const milliseconds = reading.at - last.at;
    const cpuNanoseconds = grown(last.cpuNanoseconds, reading.cpuNanoseconds);
    const minute = this.#minuteOf((last.at + reading.at) / 2);
    minute.milliseconds += milliseconds;
    minute.cpuNanoseconds += cpuNanoseconds;
    minute.memory += reading.memoryBytes * milliseconds;
    minute.maxBytes = Math.max(minute.maxBytes, Math.round(reading.memoryBytes));
    if (last.disk && reading.disk) {
      minute.disk = {
        readBytes: (minute.disk?.readBytes ?? 0) + grown(last.disk.readBytes, reading.disk.readBytes),
        writeBytes: (minute.disk?.writeBytes ?? 0) + grown(last.disk.writeBytes, reading.disk.writeBytes),
      };
    }
    if (last.network && reading.network) {
      minute.network = {
        rxBytes: (minute.network?.rxBytes ?? 0) + grown(last.network.rxBytes, reading.network.rxBytes),
        txBytes: (minute.network?.txBytes ?? 0) + grown(last.network.txBytes, reading.network.txBytes),
      };
    }
    this.#milliseconds += milliseconds;
    this.#rate(minute, reading);
  }

  /** How busy the CPU was at once; readings that follow too soon wait for the next. */
  #rate(minute: Minute, reading: Reading): void {
    const since = this.#rated;
    if (!since || reading.at - since.at < RATED_MS) return;
    const percent = percentBetween(since, reading);
    minute.maxPercent = Math.max(minute.maxPercent, percent);
    const whole = Math.ceil(percent);
    this.#percents[whole] = (this.#percents[whole] ?? 0) + reading.at - since.at;
    this.#ratedMilliseconds += reading.at - since.at;
    this.#rated = reading;
  }

  /** The stretch between two readings belongs to the minute in which its middle lies. */
  #minuteOf(middle: number): Minute {
    const at = beginOf(MINUTE_MS, middle);
    const before = this.#minute;
    if (before?.at === at) return before;
    const minute: Minute = {
      at,
      first: before === undefined || beginOf(HOUR_MS, before.at) !== beginOf(HOUR_MS, at),
      milliseconds: 0,
      cpuNanoseconds: 0,
      maxPercent: 0,
      memory: 0,
      maxBytes: 0,
      disk: undefined,
      network: undefined,
    };
    this.#minute = minute;
    this.#waiting.push(minute);
    return minute;
  }

  /** Those of minutes that are over and were not taken yet, oldest first. */
  takeOver(): Sample[] {
    const until = this.#last?.at ?? 0;
    const { over = [], open = [] } = Object.groupBy(this.#waiting, ({ at }) =>
      at + MINUTE_MS <= until ? 'over' : 'open',
    );
    this.#waiting = open;
    return over.map((minute) => this.#sample(minute, false));
  }

  /** The one of the newest minute, as far as it is known; `ended`: nothing will follow. */
  newest(ended: boolean): Sample[] {
    return this.#minute ? [this.#sample(this.#minute, ended)] : [];
  }

  #sample(minute: Minute, ended: boolean): Sample {
    const { at, first, milliseconds, cpuNanoseconds, maxPercent, memory, maxBytes, disk, network } = minute;
    const percent = (100 * cpuNanoseconds) / (milliseconds * 1e6);
    return {
      at: new Date(at).toISOString(),
      seconds: milliseconds / 1000,
      cpu: { percent: rounded(percent), max_percent: rounded(Math.max(maxPercent, percent)) },
      memory: { bytes: Math.round(memory / milliseconds), max_bytes: maxBytes },
      disk: disk ? { read_bytes: Math.round(disk.readBytes), write_bytes: Math.round(disk.writeBytes) } : null,
      network: network ? { rx_bytes: Math.round(network.rxBytes), tx_bytes: Math.round(network.txBytes) } : null,
      run: { seconds: this.#milliseconds / 1000, cpu_p95: this.#cpuP95(), memory_peak: this.#memoryPeak },
      first,
      ended,
    };
  }

  #cpuP95(): number {
    // Of a run so short the average is all that there is.
    if (this.#ratedMilliseconds === 0)
      return this.#last && this.#rated ? Math.ceil(percentBetween(this.#rated, this.#last)) : 0;
    let seen = 0;
    const found = this.#percents.findIndex((milliseconds = 0) => {
      seen += milliseconds;
      return seen >= 0.95 * this.#ratedMilliseconds;
    });
    return Math.max(0, found);
  }
}

/** A child that nobody waited for takes its share of the counters with it. */
const grown = (from: number, to: number) => Math.max(0, to - from);
/** Of one vCPU. */
const percentBetween = (from: Reading, to: Reading) =>
  (100 * grown(from.cpuNanoseconds, to.cpuNanoseconds)) / ((to.at - from.at) * 1e6);
const rounded = (percent: number) => Math.round(percent * 100) / 100;
