import type { IDataObject } from 'n8n-workflow';

import type { FieldReader } from '../../shared/n8n/fieldReader';
import type { MediaType } from '../service/jobId';
import type { Generation } from '../actions/operation';
import { ASSET_ID, ASSET_ID_EXAMPLE } from './locators';

const ASSET_PARAMETERS = [
	'startAssetId',
	'endAssetId',
	'referenceAssetId',
	'referenceAssetId2',
	'referenceAssetId3',
];

/** Reads the ID of an asset. */
export function readAsset(fields: FieldReader, name: string): string | undefined {
	return fields.text(name, {
		pattern: ASSET_ID,
		expected: `an asset ID such as ${ASSET_ID_EXAMPLE}`,
	});
}

/**
 * Makes a generation of the request's parameters.
 *
 * @param parameters under the API's names; those that are undefined are not sent
 * @param price in US dollars, if the vendor gives one
 */
export function generation(
	fields: FieldReader,
	path: string,
	type: MediaType,
	parameters: IDataObject,
	price?: number,
): Generation {
	const all = { ...parameters, pollForResult: fields.integer('pollForResult') };
	const body: IDataObject = Object.fromEntries(
		Object.entries(all).filter(([, value]) => value !== undefined),
	);
	const assets = ASSET_PARAMETERS.flatMap((name) => {
		const value = body[name];
		return typeof value === 'string' ? [value] : [];
	});
	return { path, type, body, price, assets, namesAssets: assets.length > 0 };
}
