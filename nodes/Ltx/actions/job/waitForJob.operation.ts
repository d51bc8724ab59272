import type { INodeProperties } from 'n8n-workflow';

import type { WaitOperation } from '../../../shared/jobs/waits';
import {
	downloadByDefaultField,
	optionsField,
	outputOptions,
} from '../../../shared/n8n/commonFields';
import { FieldReader } from '../../../shared/n8n/fieldReader';
import { jobIdField, readJobIds } from '../../fields/jobIdField';
import { waitOptions } from '../../fields/waiting';
import { JOB_OUTPUT } from '../operation';

const fields: INodeProperties[] = [
	jobIdField(
		'The job to wait for, filled in from the incoming item. Several can be given, separated by commas. If one fails, so does the item: give each its own, and set On Error to continue, to get the others.',
	),
	downloadByDefaultField,
	optionsField([...waitOptions, ...outputOptions]),
];

/** Waits for jobs that were submitted earlier or elsewhere: all of them in one loop. */
export const waitForJob: WaitOperation = {
	kind: 'wait',
	name: 'Wait',
	summary: 'Wait for jobs that were submitted earlier or elsewhere',
	action: 'Wait for jobs',
	output: JOB_OUTPUT,
	description: fields,
	prepare: (context, item) => readJobIds(new FieldReader(context, fields, item)),
};
