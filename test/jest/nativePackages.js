/**
 * Has a file of an installed package loaded by Node.js itself, with all that it requires: once in a process, and not once for
 * each test file, of which n8n-core alone takes a second. A test file's own modules are its own, as ever.
 */
module.exports = {
	process: (_, file) => ({ code: `module.exports = requireNative(${JSON.stringify(file)});` }),
};
