/** The object service with the bucket `images`, as a process that a test can kill: `node process.ts DIR` prints its URL. */
import { createS3 } from '../../../../local/aws/s3/s3.ts';
import { serve } from '../serve.ts';

const dir = process.argv[2];
if (dir === undefined) throw new Error('which directory?');
const s3 = await createS3({ dir });
s3.defineBucket('images', {});
const { endpoint } = await serve(s3);
process.stdout.write(`${endpoint}\n`);
