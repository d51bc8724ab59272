/** An answer of the API that is an error: `{ error, code }` with the status `code`. */
export class ApiError extends Error {
	constructor(
		readonly status: number,
		message: string,
		readonly headers: Record<string, string> = {},
	) {
		super(message);
		this.name = 'ApiError';
	}
}

export const badRequest = (message: string) => new ApiError(400, message);

export const unauthorized = () => new ApiError(401, 'Unauthorized');

export const subscriptionRequired = () => new ApiError(402, 'Subscription required');

export const insufficientCredits = () => new ApiError(402, 'Insufficient credits');

export const noConfiguration = () =>
	new ApiError(404, 'Configuration not found. To create configuration use POST /accounts');

export const unknownEmail = (email: string) =>
	new ApiError(404, `Unable to find configuration for email ${email}`);

export const jobNotFound = () => new ApiError(404, 'Job not found or has expired');

export const deadSession = (email: string) =>
	new ApiError(596, `The session of account ${email} is no longer valid. Add the account again`);
