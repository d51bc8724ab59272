import type { preHandlerHookHandler } from 'fastify';
import { subscriptionRequired, unauthorized } from './apiError';
import type { Emulator } from './emulator';

/** Lets only calls with the valid token and a subscription through. */
export function requireToken(emulator: Emulator): preHandlerHookHandler {
	return (request, _reply, done) => {
		if (request.headers.authorization !== `Bearer ${emulator.token}`) done(unauthorized());
		else if (!emulator.behaviour.subscription) done(subscriptionRequired());
		else done();
	};
}

/** Answers as an endpoint that is no longer there, where that is switched on. */
export function refuseIfRetired({ behaviour }: Emulator): preHandlerHookHandler {
	return (_request, reply, done) => {
		if (behaviour.retired === false) {
			done();
			return;
		}
		void reply.code(behaviour.retired).send({ error: 'Endpoint not found' });
	};
}

/** Lets only programs on this machine through. */
export const requireLoopback: preHandlerHookHandler = (request, reply, done) => {
	if (/^(::1|(::ffff:)?127\..*)$/.test(request.ip)) done();
	else void reply.code(403).send({ error: 'Only for programs on this machine' });
};
