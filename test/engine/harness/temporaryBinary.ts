import type { IRun, WorkflowExecuteMode } from 'n8n-workflow';

import { BinaryDataConfig, BinaryDataService, Container } from './core';

/**
 * Gives a file that a trigger's `webhook()` stored its execution, which had no id at that time.
 * n8n does so for the first item's property `data` only, and then deletes what else is in the
 * workflow's temporary folder.
 */
export async function moveTemporaryBinary(
	run: IRun,
	executionId: string,
	mode: WorkflowExecuteMode,
): Promise<void> {
	if (mode !== 'webhook' || Container.get(BinaryDataConfig).mode === 'default') return;
	for (const tasks of Object.values(run.data.resultData.runData)) {
		const binary = tasks[0]?.data?.main?.[0]?.[0]?.binary?.data;
		const [store, fileId] = binary?.id?.split(':') ?? [];
		if (!binary || !store || !fileId?.includes('/temp/')) continue;
		const newFileId = fileId.replace('temp', executionId);
		await Container.get(BinaryDataService).rename(fileId, newFileId);
		binary.id = `${store}:${newFileId}`;
	}
}
