/** How many callbacks that anybody could have sent are looked into at once, of all triggers of this process. */
const MOST_AT_ONCE = 5;

let underWay = 0;

/**
 * Does what an unproven callback asks for, if not too many are under way: who floods the trigger with them occupies no more
 * than this.
 *
 * @returns undefined if nothing was done
 */
export async function lookInto<Result>(look: () => Promise<Result>): Promise<Result | undefined> {
	if (underWay >= MOST_AT_ONCE) return undefined;
	underWay++;
	try {
		return await look();
	} finally {
		underWay--;
	}
}
