/** The queue service with one queue, as a process that a test can kill: `node process.ts DIR` prints the queue's URL. */
import { createSqs } from '../../../../local/aws/sqs/sqs.ts';
import { serve } from '../serve.ts';

const dir = process.argv[2];
if (dir === undefined) throw new Error('which directory?');
const sqs = await createSqs({ dir });
const { endpoint } = await serve(sqs);
sqs.setEndpoint(endpoint);
process.stdout.write(`${sqs.defineQueue('jobs', {}).url}\n`);
