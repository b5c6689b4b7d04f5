/** Timeframes and times of alerts. */
import { fold } from './text.ts';

type Unit = 's' | 'm' | 'h' | 'd' | 'w' | 'M';

const UNITS: Readonly<Record<Unit, string>> = {
  s: 's sec secs second seconds seg segundo segundos sekunde sekunden',
  m: 'm min mins minute minutes minuto minutos minuten mn мин минут минута dk dakika 分 分钟 분',
  h: 'h hr hrs hour hours hora horas heure heures stunde stunden std ч час часа часов saat ora ore 小时 시간',
  d: 'd day days daily dia dias diario jour jours tag tage день дня gun giorno 天 日 일',
  w: 'w wk week weeks weekly semana semanas semanal semaine woche wochen неделя hafta 周 주',
  M: 'mo mon month months monthly mes meses mensual mois monat monate месяц ay mth 月 월',
};
const UNIT_OF = new Map<string, Unit>();
for (const unit of ['s', 'm', 'h', 'd', 'w', 'M'] as const) {
  for (const name of UNITS[unit].split(' ')) UNIT_OF.set(fold(name), unit);
}
UNIT_OF.set('hourly', 'h');

function canonical(count: number, unit: Unit): string | null {
  if (!Number.isInteger(count) || count < 1 || count > 100_000) return null;
  if (unit === 's' && count % 60 === 0) return canonical(count / 60, 'm');
  if (unit === 'm' && count % 60 === 0) return canonical(count / 60, 'h');
  if (unit === 'h' && count % 24 === 0) return `${count / 24}d`;
  return count > 2000 ? null : `${count}${unit}`;
}

/**
 * A timeframe in one spelling (`15` → `15m`, `240` → `4h`, `D` → `1d`, `M` → `1M`, `H4` → `4h`, `15 min`, `1 hora`), null
 * when it is none. A bare number is minutes, as in TradingView's `{{interval}}`; a capital `M` after 1, 3, 6 or 12 is
 * months, after another number minutes.
 */
export function readTimeframe(text: string): string | null {
  const value = text.trim().replace(/^[("'[]+|[)"'\].,;:]+$/g, '');
  const bare = /^\d{1,5}(?=$|[,;)]|\.?\s+(?!\p{L}))|^\d{1,5}(?=\.\s)/u.exec(value);
  if (bare) return canonical(Number(bare[0]), 'm');
  const months = /^(1|3|6|12)?M$/.exec(value);
  if (months) return `${months[1] ?? 1}M`;
  const metaTrader = /^(MN|[MHDW])(\d{1,3})$/.exec(value);
  if (metaTrader) {
    const unit = metaTrader[1] === 'MN' ? 'M' : UNIT_OF.get((metaTrader[1] ?? '').toLowerCase());
    return unit ? canonical(Number(metaTrader[2]), unit) : null;
  }
  const counted = /^(\d{0,4})[\s-]{0,2}(\p{L}{1,12})(?!\p{L})\.?/u.exec(value);
  if (!counted || value.length > counted[0].length + 12) return null;
  const unit = UNIT_OF.get(fold(counted[2] ?? ''));
  return unit ? canonical(Number(counted[1] || 1), unit) : null;
}

const ISO =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?/i;
const LOCAL =
  /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})(?:[T ,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2}))?\s?([ap])?\.?\s?m?\.?)?/i;
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

const iso = (ms: number) => (ms >= EARLIEST && ms < LATEST ? new Date(ms).toISOString() : null);

function utc(year: number, month: number, day: number, hour: number, minute: number, second: number): number | null {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(ms).getUTCDate() === day ? ms : null;
}

function offsetMs(zone: string | undefined): number {
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (!parts) return 0;
  const minutes = Number(parts[2]) * 60 + Number(parts[3]);
  return (parts[1] === '-' ? -minutes : minutes) * 60_000;
}

function hourOf(hour: number, half: string | undefined): number {
  if (!half) return hour;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

/**
 * A written time → ISO 8601 in UTC with milliseconds, null when it is none. ISO strings, seconds or milliseconds since
 * 1970, `2025-10-27 14:30:00`; a time without a zone is UTC. `28/10/2025, 3:48:48` is day first when the first number is
 * over 12, the parts are divided by points, or `dayFirst` says that the message's language writes so; month first when the
 * second is over 12; else null. A time of day without a date is null.
 */
export function readTimestamp(text: string, dayFirst: boolean): string | null {
  const value = text.trim();
  if (/^\d{10}(?:\.\d{1,9})?$/.test(value)) return iso(Math.floor(Number(value) * 1000));
  if (/^\d{13}$/.test(value)) return iso(Number(value));
  const standard = ISO.exec(value);
  if (standard) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = standard
      .slice(1, 7)
      .map((n) => Number(n ?? 0));
    const ms = utc(year, month, day, hour, minute, second);
    const fraction = Number((standard[7] ?? '').padEnd(3, '0').slice(0, 3));
    return ms === null ? null : iso(ms + fraction - offsetMs(standard[8]));
  }
  const local = LOCAL.exec(value);
  if (!local) return null;
  const first = Number(local[1]);
  const second = Number(local[3]);
  const isDayFirst = first > 12 || local[2] === '.' || (second <= 12 && dayFirst);
  if (!isDayFirst && second <= 12) return null;
  const [day, month] = isDayFirst ? [first, second] : [second, first];
  const ms = utc(
    Number(local[4]),
    month,
    day,
    hourOf(Number(local[5] ?? 0), local[8]),
    Number(local[6] ?? 0),
    Number(local[7] ?? 0),
  );
  return ms === null ? null : iso(ms);
}
