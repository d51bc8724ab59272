import { endpoint, httpDownload, httpRequest, ltxStudio, type NodeSpec } from '../harness/nodes';
import { EMAIL, type Service } from '../harness/service';

const account = { __rl: true, mode: 'id', value: EMAIL };

/** An upload by the package. */
export const packageUpload = (source: { binary: true } | { url: string }): NodeSpec =>
	ltxStudio('Upload', {
		resource: 'asset',
		operation: 'upload',
		...('url' in source
			? { source: 'url', url: source.url }
			: { source: 'binary', binaryPropertyName: 'data' }),
		type: 'image',
		email: account,
		options: {},
	});

/** The same upload by the HTTP Request node. */
export const httpUpload = (service: Service): NodeSpec =>
	httpRequest('Upload', {
		method: 'POST',
		url: endpoint(service, 'assets/'),
		sendQuery: true,
		queryParameters: {
			parameters: [
				{ name: 'email', value: EMAIL },
				{ name: 'type', value: 'image' },
			],
		},
		sendBody: true,
		contentType: 'binaryData',
		inputDataFieldName: 'data',
		options: {},
	});

/** A download by the package, of the URL that the item has. */
export const packageDownload: NodeSpec = ltxStudio('Download', {
	resource: 'asset',
	operation: 'download',
	assetUrl: '={{ $json.assetUrl }}',
	binaryPropertyName: 'data',
	options: {},
});

/** The same download by the HTTP Request node. */
export const byHandDownload: NodeSpec = httpDownload('Download', '={{ $json.assetUrl }}');
