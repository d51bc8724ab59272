import { isPrivateHost } from '../../../nodes/shared/api/privateHost';

const PRIVATE = [
	'localhost',
	'LOCALHOST',
	'n8n.localhost',
	'nas.local',
	'db.internal',
	'n8n.default.svc',
	'vault.service.consul',
	'n8n',
	'0.0.0.0',
	'127.0.0.1',
	'127.1.2.3',
	'10.0.0.1',
	'172.16.0.1',
	'172.31.255.255',
	'192.168.1.1',
	'169.254.169.254',
	'2130706433',
	'0x7f.1',
	'[::1]',
	'[::]',
	'[fd00::1]',
	'[fe80::1]',
	'[::ffff:127.0.0.1]',
	'localhost.',
	'nas.local.',
	'100.64.0.1',
	'100.127.255.255',
	'192.0.0.8',
	'198.18.0.1',
	'224.0.0.1',
	'255.255.255.255',
	'[::127.0.0.1]',
	'[64:ff9b::7f00:1]',
	'[2002:7f00:1::]',
	'[ff02::1]',
	'1.0.0.127.in-addr.arpa',
];

const PUBLIC = [
	'n8n.example.com',
	'local.example.com',
	'svc.example.com',
	'1.2.3.4',
	'172.15.0.1',
	'172.32.0.1',
	'192.169.1.1',
	'100.1.2.3',
	'11.0.0.1',
	'10.example.com',
	'127.example.com',
	'100.128.0.1',
	'223.255.255.255',
	'[2001:4860:4860::8888]',
	'xn--bcher-kva.example',
];

describe('private host', () => {
	it.each(PRIVATE)('is %s', (host) => {
		expect(isPrivateHost(new URL(`http://${host}:5678/webhook`))).toBe(true);
	});

	it.each(PUBLIC)('is not %s', (host) => {
		expect(isPrivateHost(new URL(`https://${host}/webhook`))).toBe(false);
	});
});
