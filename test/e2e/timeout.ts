/** Against a real n8n, and with a first installation of it, a test takes minutes rather than seconds. */
jest.setTimeout(600_000);
