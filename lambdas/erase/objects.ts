import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Page } from './page.ts';

const s3 = new S3Client({});

/** All objects whose keys begin so, a thousand a page: what S3 lists and deletes at once. */
export async function* pagesOfObjects(Bucket: string, Prefix: string): AsyncGenerator<Page> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    if (Contents.length === 0) continue;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    yield {
      size: Objects.length,
      erase: async () => {
        const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
        if (Errors.length > 0) throw new Error(`${Errors.length} objects were not deleted: ${Errors[0]?.Message}`);
      },
    };
  }
}
