import { clearLine, cursorTo } from 'node:readline';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** How often a log, where no line can be rewritten, hears that a step goes on. */
const LOG_INTERVAL_MS = 15_000;

/** How a step tells how far it is. */
export interface StepReport {
	/** What is being done at the moment, such as a count; shown behind the title. */
	detail: (text: string) => void;
	/** Something that has happened, in a line that stays. */
	note: (text: string) => void;
}

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
	task: (report: StepReport) => Promise<T>,
	out: NodeJS.WriteStream = process.stdout,
): Promise<T> {
	const startedAt = Date.now();
	let text = '';
	let frame = 0;
	const line = (mark: string) => [mark, title, elapsed(startedAt), text].filter(Boolean).join('  ');

	const erase = () => {
		if (!out.isTTY) return;
		cursorTo(out, 0);
		clearLine(out, 0);
	};
	const draw = () => {
		erase();
		out.write(line(FRAMES[frame++ % FRAMES.length] ?? '').slice(0, out.columns - 1));
	};
	const print = (text: string) => {
		erase();
		out.write(`${text}\n`);
	};
	if (!out.isTTY) print(`  ${title}`);
	const timer = out.isTTY
		? setInterval(draw, FRAME_MS)
		: setInterval(() => {
				print(`    ${text || title}  ${elapsed(startedAt)}`);
			}, LOG_INTERVAL_MS);

	const finish = (mark: string) => {
		clearInterval(timer);
		text = '';
		print(line(mark));
	};
	try {
		const result = await task({
			detail: (detail) => {
				text = detail;
			},
			note: (note) => {
				print(`    ${note}`);
			},
		});
		finish('✔');
		return result;
	} catch (error) {
		finish('✖');
		throw error;
	}
}
