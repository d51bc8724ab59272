import type { INodeProperties } from 'n8n-workflow';

import { downloadFields, simplifyField } from '../../../shared/n8n/commonFields';
import { displayFor } from '../../../shared/n8n/displayFor';
import { FieldReader } from '../../../shared/n8n/fieldReader';
import { jobIdField, readJobIds } from '../../fields/jobIdField';
import { waitOptions } from '../../fields/waiting';
import type { WaitOperation } from '../operation';

const fields: INodeProperties[] = [
	jobIdField(
		'The job to wait for, filled in from the incoming item. Several can be given, separated by commas.',
	),
	...downloadFields,
	simplifyField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: waitOptions,
	},
];

const description = displayFor('job', 'waitForJob', fields);

/** Waits for jobs that were submitted earlier or elsewhere: all of them in one loop. */
export const waitForJob: WaitOperation = {
	kind: 'wait',
	description,
	prepare: (context, item) => readJobIds(new FieldReader(context, description, item)),
};
