import * as z from 'zod/mini';
import { saying } from './schema.ts';

/** A time of the ISO 8601 profile, in UTC where it names no offset → epoch milliseconds, finer digits left out. */
export const time = z.pipe(
  z.iso.datetime({ offset: true, local: true, abort: true }),
  z.transform((value) => Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`)),
);

/** What a query with `from` and `to` is checked for as a whole. */
export const timesInOrder = z.refine<{ from?: number | undefined; to?: number | undefined }>(
  ({ from, to }) => from === undefined || to === undefined || from <= to,
  { path: ['from'], ...saying({ es: 'es posterior a to', en: 'is later than to' }) },
);
