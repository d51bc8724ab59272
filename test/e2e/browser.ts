import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, selectors, type Browser, type Page } from 'playwright-core';
import type { Owner } from '../n8n-host/api';
import { projectRoot } from '../n8n-host/hosts';
import { run } from '../n8n-host/processes';

/** Where screenshots go; the folder is build output. */
export const SCREENSHOT_FOLDER = join(projectRoot, 'test', 'output', 'screenshots');

const VIEWPORT = { width: 1440, height: 900 };
const DEBIAN_CHROMIUM = '/usr/bin/chromium';

// What n8n calls it; getByTestId() looks for it.
selectors.setTestIdAttribute('data-test-id');

const isRoot = process.getuid?.() === 0;

async function installChromium(): Promise<void> {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	await run('apt-get', ['update'], { cwd: '/', env });
	await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { cwd: '/', env });
}

/**
 * Finds Chromium: where `CHROMIUM_PATH` says, or Debian's, which is installed if that is possible.
 * @throws Error that says how to get one
 */
async function findChromium(): Promise<string> {
	const given = process.env.CHROMIUM_PATH;
	if (given !== undefined) {
		if (existsSync(given)) return given;
		throw new Error(`CHROMIUM_PATH is ${given}, where no file is.`);
	}
	if (existsSync(DEBIAN_CHROMIUM)) return DEBIAN_CHROMIUM;
	if (isRoot && existsSync('/usr/bin/apt-get')) await installChromium();
	if (existsSync(DEBIAN_CHROMIUM)) return DEBIAN_CHROMIUM;
	throw new Error(
		'The browser tests need Chromium: install it ("apt-get install chromium"), or set CHROMIUM_PATH to a Chromium or Chrome.',
	);
}

/** Starts a browser without a window. */
export async function launchBrowser(): Promise<Browser> {
	return await chromium.launch({
		executablePath: await findChromium(),
		// Chromium's sandbox refuses to work for root, as whom containers run.
		args: isRoot ? ['--no-sandbox'] : [],
	});
}

/**
 * Opens a page of n8n at 1440×900, logged in with a session that is there already.
 * @param cookie the session, as {@link N8nApi.cookie} has it
 */
export async function openPage(
	browser: Browser,
	{ url, cookie, path = '/' }: { url: string; cookie?: string; path?: string },
): Promise<Page> {
	const context = await browser.newContext({ viewport: VIEWPORT });
	const pairs = cookie?.split('; ') ?? [];
	await context.addCookies(
		pairs.map((pair) => {
			const [name = '', ...value] = pair.split('=');
			return { name, value: value.join('='), url };
		}),
	);
	const page = await context.newPage();
	await page.goto(url + path);
	return page;
}

/** Logs in as a person does. n8n takes five attempts a minute. */
export async function logIn(page: Page, { email, password }: Owner): Promise<void> {
	await page.locator('input[name="emailOrLdapLoginId"]').fill(email);
	await page.locator('input[name="password"]').fill(password);
	await page.getByTestId('form-submit-button').click();
	await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
}

/**
 * Keeps a picture of what the browser shows.
 * @returns its path
 */
export async function screenshot(page: Page, name: string): Promise<string> {
	await mkdir(SCREENSHOT_FOLDER, { recursive: true });
	const path = join(SCREENSHOT_FOLDER, `${name}.png`);
	await page.screenshot({ path });
	return path;
}
