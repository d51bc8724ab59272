import { NodeHelpers } from 'n8n-workflow';

import { imageToVideo } from '../../../nodes/Ltx/actions/video/imageToVideo.operation';
import { Ltx } from '../../../nodes/Ltx/Ltx.node';
import { offeredValues } from '../../contract/form';
import { filledForm } from '../../filledForm';
import { combinations, isAllowed, type Combination } from './combinations';

const byUri = (value: string) => ({ __rl: true, mode: 'uri', value });

/** The form that holds a combination. */
const holding = ({ lastFrame, ...choice }: Combination) =>
	filledForm({
		...choice,
		prompt: 'A lake',
		image_uri: byUri('https://example.com/first.jpg'),
		last_frame_uri: byUri(lastFrame),
	});

/** What a combination is sent as, by the API's names, or what the node says is wrong with it. */
function outcomeOf(combination: Combination): string | object {
	try {
		const { parameters, media } = imageToVideo.prepare(holding(combination), 0);
		const { model, resolution, fps, duration } = parameters;
		return { model, resolution, fps, duration, last: media.last_frame_uri };
	} catch (error) {
		return String(error);
	}
}

/** What comes of it by the vendor's pages. */
function expectedOf(combination: Combination): unknown {
	if (!isAllowed(combination)) {
		return expect.stringMatching(
			/^NodeOperationError: "(Model|Resolution|Frame Rate|Duration)" is not valid$/,
		);
	}
	const { duration, lastFrame, ...choice } = combination;
	return {
		...choice,
		duration: duration === 'auto' ? null : duration,
		last: lastFrame === '' ? undefined : { uri: lastFrame },
	};
}

describe('combinations that the matrix forbids', () => {
	it('are refused, all others are sent as they are', () => {
		expect(combinations.map(outcomeOf)).toEqual(combinations.map(expectedOf));
		const allowed = combinations.filter(isAllowed).length;
		process.stdout.write(
			`LTX: ${combinations.length} combinations, ${combinations.length - allowed} forbidden and refused\n`,
		);
	});

	it('are not offered by the form', () => {
		const { description } = new Ltx();
		const durations = description.properties.filter(({ name }) => name === 'duration');
		const possible = [...Array.from({ length: 25 }, (_, seconds) => seconds), 'auto'];
		const cells = new Map(
			combinations.map(({ model, resolution, fps }) => {
				const cell = { model, resolution, fps, lastFrame: '' };
				return [JSON.stringify(cell), cell] as const;
			}),
		);
		let shownFor = 0;
		for (const cell of cells.values()) {
			const form = { resource: 'video', operation: 'imageToVideo', ...cell };
			const shown = durations.filter((field) =>
				NodeHelpers.displayParameter(form, field, { typeVersion: 1 }, description),
			);
			const allowed = possible.filter((duration) => isAllowed({ ...cell, duration }));
			expect(shown.map(offeredValues)).toEqual(allowed.length > 0 ? [allowed] : []);
			if (shown.length > 0) shownFor++;
		}
		expect(shownFor).toBe(4 * 8 * 4);
	});
});
