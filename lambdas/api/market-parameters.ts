import * as z from 'zod/mini';
import { EXCHANGES } from '../../core/collectors/collector.ts';
import { time } from '../../core/http/time-range.ts';

/** What routes of market data are asked with. */

export const marketParameters = {
  /** As the exchange writes it, in any case. */
  symbol: z.string().check(z.minLength(1), z.maxLength(40), z.toUpperCase(), z.describe('As the exchange writes it.')),
  exchange: z._default(z.enum(EXCHANGES), 'bybit').check(z.describe('The exchange.')),
};

export const timeParameters = {
  from: z.optional(time).check(z.describe('At this time or later: ISO 8601, in UTC where no offset is named.')),
  to: z.optional(time).check(z.describe('Before this time.')),
};
