const vm = require('node:vm');
const { ModuleMocker } = require('jest-mock');

/** Stands for the realm that jest itself runs in. */
const MAIN = {};

const { compileFunction } = vm;
vm.compileFunction = (code, parameters, { parsingContext, ...options } = {}) =>
	parsingContext === MAIN
		? compileFunction(code, parameters, { filename: options.filename })
		: compileFunction(code, parameters, { parsingContext, ...options });

/** For `nativePackages.js`. */
const requireNative = require;

/** @returns a function that gives an object the properties back that it has now */
function remember(object) {
	const before = Object.getOwnPropertyDescriptors(object);
	return () => {
		for (const key of Reflect.ownKeys(object)) if (!Object.hasOwn(before, key)) delete object[key];
		for (const key of Reflect.ownKeys(before)) {
			if (before[key].configurable) Object.defineProperty(object, key, before[key]);
		}
	};
}

/**
 * Runs tests in the realm that Node.js itself lives in, as n8n does. In one of their own, which is jest's custom, an error of
 * `node:fs` is no `Error` to n8n and to the nodes, and each use of a global goes through a proxy: an eighth of the engine's time.
 *
 * What a test file leaves in globals and in the environment is taken back.
 */
module.exports = class MainRealm {
	constructor() {
		this.restore = [remember(globalThis), remember(process.env), remember(process)];
		this.global = globalThis;
		this.moduleMocker = new ModuleMocker(globalThis);
		this.fakeTimers = null;
		this.fakeTimersModern = null;
		Object.assign(globalThis, { requireNative });
		Error.stackTraceLimit = 100;
	}

	async setup() {}

	async teardown() {
		for (const restore of this.restore) restore();
	}

	exportConditions() {
		return ['node', 'node-addons'];
	}

	getVmContext() {
		return MAIN;
	}
};
