import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { environment } from '../aws/environment.ts';
import { imageKey, type StoredSignal } from './stored-signal.ts';

const s3 = new S3Client({});

const EXPIRES_SECONDS = 15 * 60;

type Image = Pick<StoredSignal, 'pk' | 'id' | 'generation' | 'fallback' | 'screenshot_status'>;

/** Signed when read: a stored URL would die with the role's session. Undefined while there is no image. */
export async function signedImageUrl(signal: Image): Promise<string | undefined> {
  if (signal.screenshot_status !== 'completed') return undefined;
  const image = new GetObjectCommand({ Bucket: environment('IMAGES_BUCKET'), Key: imageKey(signal) });
  return getSignedUrl(s3, image, { expiresIn: EXPIRES_SECONDS });
}
