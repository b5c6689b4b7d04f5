import { environment } from '../../core/aws/environment.ts';
import type { Sample } from '../../core/samples/sample.ts';

const ANSWER_MS = 10_000;

/** Tells the platform API what the job used, with the token of this life alone. @throws Error where it was not taken */
export async function reportSamples(report: { pid: string; samples: Sample[] }): Promise<void> {
  const response = await fetch(`${environment('API_URL')}/jobs/${environment('JOB_ID')}/samples`, {
    method: 'POST',
    headers: { authorization: `Bearer ${environment('JOB_TOKEN')}`, 'content-type': 'application/json' },
    body: JSON.stringify(report),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (!response.ok) throw new Error(`The API answered ${response.status}`);
}
