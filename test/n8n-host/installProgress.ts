/** How far an installation is. */
export interface InstallProgress {
	/** What is being done, for people. */
	step: string;
	/** Packages that are on the disk. */
	done?: number;
	/** Packages in all. */
	total?: number;
}

/** Says how far an installation is, in one line. */
export function describeProgress({ step, done, total }: InstallProgress): string {
	return done === undefined ? step : `${step}, ${done} of ${String(total)} packages`;
}
