import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

// With its extension, for tsx would take `LtxStudio.node.json` for it.
import { LtxStudio } from '../../../nodes/LtxStudio/LtxStudio.node.ts';

/** The node on an n8n before 2: it runs an execution again whose worker has died, and knows no `isToolExecution`. */
export class OnOldN8n extends LtxStudio {
	override async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const context = Object.assign(Object.create(this) as IExecuteFunctions, {
			isToolExecution: undefined,
		});
		return await LtxStudio.prototype.execute.call(context);
	}
}
