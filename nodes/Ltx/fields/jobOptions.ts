import type { INodeProperties } from 'n8n-workflow';

import { keepInputFieldsField, optionsField, outputOptions } from '../../shared/n8n/commonFields';
import { guardOptions } from '../../shared/jobs/guards';
import { onUncertainField } from '../../shared/jobs/runSettings';
import { waitOptions } from './waiting';

const common: INodeProperties[] = [
	...waitOptions,
	...guardOptions,
	...outputOptions,
	keepInputFieldsField,
	onUncertainField(
		'What to do when an answer got lost. The API lists no jobs, so that nobody can tell whether it was submitted.',
	),
];

/** The Options collection of a generation: what all of them have, and what only this one has. */
export const jobOptions = (own: readonly INodeProperties[] = []): INodeProperties =>
	optionsField([...own, ...common]);
