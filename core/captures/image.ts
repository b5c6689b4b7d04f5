import { HeadObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { imageKey, type Screenshot, type StoredSignal } from '../alerts/stored-signal.ts';
import { environment } from '../aws/environment.ts';
import type { Picture } from './picture.ts';

/** The stored image of a capture: whichever run of it comes first writes it, and it tells all that its signal has to know. */

const s3 = new S3Client({});

type Capture = Pick<StoredSignal, 'pk' | 'id' | 'generation' | 'fallback'>;

const metadataSchema = z.object({
  width: z.coerce.number(),
  height: z.coerce.number(),
  duration_ms: z.coerce.number(),
});

/**
 * What S3 says of an object that is not there: 404, or 403 to who may not list the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
const MISSING = [403, 404];
const IS_THERE_ALREADY = 412;

/** The image that a run of this capture has stored, if one has. */
export async function findImage(capture: Capture): Promise<Screenshot | undefined> {
  try {
    const { ContentLength = 0, Metadata } = await s3.send(new HeadObjectCommand(placeOf(capture)));
    return { ...metadataSchema.parse(Metadata), bytes: ContentLength };
  } catch (error) {
    if (MISSING.includes(statusOf(error))) return undefined;
    throw error;
  }
}

/** Stores a picture that took so many milliseconds as the capture's image; answers the image that was there before, if one was. */
export async function storeImage(capture: Capture, picture: Picture, duration_ms: number): Promise<Screenshot> {
  const { png, width, height } = picture;
  try {
    await s3.send(
      new PutObjectCommand({
        ...placeOf(capture),
        Body: png,
        ContentType: 'image/png',
        Metadata: { width: String(width), height: String(height), duration_ms: String(duration_ms) },
        IfNoneMatch: '*',
      }),
    );
  } catch (error) {
    const stored = statusOf(error) === IS_THERE_ALREADY ? await findImage(capture) : undefined;
    if (!stored) throw error;
    return stored;
  }
  return { width, height, bytes: png.length, duration_ms };
}

function placeOf(capture: Capture) {
  return { Bucket: environment('IMAGES_BUCKET'), Key: imageKey(capture) };
}

function statusOf(error: unknown): number {
  return (error instanceof S3ServiceException && error.$metadata.httpStatusCode) || 0;
}
