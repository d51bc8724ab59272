import type { CpuProfile, Frame } from './inspector';
import { selfTimes } from './selfTimes';

const SHOWN_FRAMES = 5;
const PACKAGE = 'n8n-nodes-useapi-ltxstudio';

/** Whose code a function is. */
type Owner = 'this package' | 'n8n and its libraries' | 'Node.js and V8';

function ownerOf({ url }: Frame): Owner {
	if (url.includes(`/${PACKAGE}/`)) return 'this package';
	// Native functions and V8's own work have no file.
	return url === '' || url.startsWith('node:') ? 'Node.js and V8' : 'n8n and its libraries';
}

function placeOf({ url, lineNumber }: Frame): string {
	if (url === '') return 'native';
	const path = url
		.replace(/^file:\/\//, '')
		.replace(/^.*\/node_modules\/(\.pnpm\/[^/]+\/node_modules\/)?/, '');
	return `${path}:${lineNumber + 1}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A CPU profile as Markdown: the functions with the most time of their own, and whose code the time was spent in. */
export function describeProfile(profile: CpuProfile): string[] {
	const times = selfTimes(profile);
	const busy = times.reduce((total, { milliseconds }) => total + milliseconds, 0);
	const owners = new Map<Owner, number>();
	for (const { frame, share } of times) {
		const owner = ownerOf(frame);
		owners.set(owner, (owners.get(owner) ?? 0) + share);
	}
	const shares = [...owners].sort(([, a], [, b]) => b - a);
	const lines = times
		.slice(0, SHOWN_FRAMES)
		.map(
			({ frame, share, milliseconds }) =>
				`| \`${frame.functionName || '(anonymous)'}\` | ${placeOf(frame)} | ${ownerOf(frame)} | ${milliseconds.toFixed(0)} | ${percent(share)} |`,
		);
	return [
		`Where n8n's main thread spends its ${busy.toFixed(0)} ms in one more run of (a), by the CPU profiler: ` +
			`${shares.map(([owner, share]) => `${owner} ${percent(share)}`).join(', ')}.`,
		[
			'| Function | Where | Whose | Self, ms | Share |',
			'| --- | --- | --- | ---: | ---: |',
			...lines,
		].join('\n'),
	];
}
