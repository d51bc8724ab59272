import { batch } from './batch/batch';
import type { Row } from './harness/row';
import { growth } from './overhead/growth';
import { load } from './overhead/load';
import { overhead } from './overhead/overhead';
import { download } from './streams/download';
import { downloadMany } from './streams/downloadMany';
import { upload } from './streams/upload';
import { uploadFromUrl } from './streams/uploadFromUrl';
import { uploadLarge } from './streams/uploadLarge';
import { uploadToLtx } from './streams/uploadToLtx';
import { wait } from './wait/wait';
import { waitMany } from './wait/waitMany';

/** All comparisons, in the order in which they are made and shown. */
export const rows: readonly Row[] = [
	upload,
	uploadLarge,
	uploadToLtx,
	uploadFromUrl,
	download,
	downloadMany,
	batch,
	wait,
	waitMany,
	overhead,
	growth,
	load,
];
