import { clearLine, cursorTo } from 'node:readline';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** How often a log, where no line can be rewritten, hears that a step goes on. */
const LOG_INTERVAL_MS = 15_000;

/** Says more of the step that is running, such as a count. */
export type Detail = (text: string) => void;

const elapsed = (since: number): string => {
	const seconds = Math.round((Date.now() - since) / 1000);
	return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
};

/**
 * Shows one step of a longer job while it runs: as a line that moves on a terminal, as a few plain lines elsewhere.
 * @param title what the step does; its detail is shown behind it
 */
export async function showStep<T>(
	title: string,
	task: (detail: Detail) => Promise<T>,
	out: NodeJS.WriteStream = process.stdout,
): Promise<T> {
	const startedAt = Date.now();
	let text = '';
	let frame = 0;
	const line = (mark: string) => [mark, title, text, elapsed(startedAt)].filter(Boolean).join('  ');

	const draw = () => {
		cursorTo(out, 0);
		out.write(line(FRAMES[frame++ % FRAMES.length] ?? '').slice(0, out.columns - 1));
		clearLine(out, 1);
	};
	const log = () => out.write(`${line(' ')}\n`);
	if (!out.isTTY) out.write(`  ${title}\n`);
	const timer = out.isTTY ? setInterval(draw, FRAME_MS) : setInterval(log, LOG_INTERVAL_MS);

	const finish = (mark: string) => {
		clearInterval(timer);
		if (out.isTTY) {
			cursorTo(out, 0);
			clearLine(out, 0);
		}
		out.write(`${line(mark)}\n`);
	};
	try {
		const result = await task((detail) => {
			text = detail;
		});
		finish('✔');
		return result;
	} catch (error) {
		finish('✖');
		throw error;
	}
}
