import { ensureError, type IRun, type ITaskData, type WorkflowExecuteMode } from 'n8n-workflow';

import { BinaryDataConfig, BinaryDataService, Container, Logger } from './core';

/**
 * Gives a file that a trigger's `webhook()` stored its execution, which had no id at that time.
 * As n8n does it: for the property `data` of first items only; what else is in the workflow's
 * temporary folder is deleted; and where several nodes hand the file on, all of them try at once, all
 * but one fail, and the stored ids are those of files that are gone.
 */
export async function moveTemporaryBinary(
	run: IRun,
	executionId: string,
	mode: WorkflowExecuteMode,
): Promise<void> {
	if (mode !== 'webhook' || Container.get(BinaryDataConfig).mode === 'default') return;
	const move = async ([task]: ITaskData[]) => {
		const binary = task?.data?.main?.[0]?.[0]?.binary?.data;
		const [store, fileId] = binary?.id?.split(':') ?? [];
		if (!binary || !store || !fileId?.includes('/temp/')) return;
		const newFileId = fileId.replace('temp', executionId);
		await Container.get(BinaryDataService).rename(fileId, newFileId);
		binary.id = `${store}:${newFileId}`;
	};
	try {
		await Promise.all(Object.values(run.data.resultData.runData).map(move));
	} catch (thrown) {
		const error = ensureError(thrown);
		Container.get(Logger).warn('Failed to restore binary data ID', { executionId, error });
	}
}
